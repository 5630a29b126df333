package io.usher.patch;

import static io.usher.patch.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.json.LazyJson;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypedMergeTest {

  /** What is around it is long enough to wait until it is read. */
  private static final String LONG = "x".repeat(600);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
      # raw | before | after | merged
      # what the type rewrites stays as written
      {cpu:1,l:[],n:null}       | {cpu:'1'}             | {cpu:'1',a:1}             | {cpu:1,l:[],n:null,a:1}
      {cpu:1}                   | {cpu:'1'}             | {cpu:'2'}                 | {cpu:'2'}
      {}                        | {resources:{}}        | {resources:{}}            | {}
      {}                        | {m:{d:1,e:1}}         | {m:{d:1,e:2}}             | {m:{e:2}}
      {m:null}                  | {}                    | {m:{k:'v'}}               | {m:{k:'v'}}
      {m:null}                  | {m:{}}                | {m:{k:'v'}}               | {m:{k:'v'}}
      # keys
      {u:1,a:1}                 | {a:1}                 | {}                        | {u:1}
      {u:1}                     | {a:1}                 | {}                        | {u:1}
      {m:{u:1}}                 | {}                    | {m:{k:1}}                 | {m:{u:1,k:1}}
      {m:{u:1}}                 | {m:{}}                | {m:{k:1}}                 | {m:{u:1,k:1}}
      {m:{u:1}}                 | {m:{}}                | {}                        | {}
      # a field without a value is no null, whatever the type writes for it
      {}                        | {spec:null}           | {spec:{s:null,d:30}}      | {spec:{d:30}}
      {}                        | {}                    | {spec:{s:null,d:30}}      | {spec:{d:30}}
      {}                        | {}                    | {a:null,b:1}              | {b:1}
      {spec:{u:1}}              | {spec:{s:null}}       | {spec:{s:null,d:30}}      | {spec:{u:1,d:30}}
      {s:'a',u:1}               | {s:'a'}               | {s:null}                  | {u:1}
      {s:null,u:1}              | {s:null}              | {s:null,d:1}              | {s:null,u:1,d:1}
      {s:null,u:1}              | {s:null}              | {s:'a'}                   | {s:'a',u:1}
      {s:null,u:1}              | {s:null}              | {}                        | {u:1}
      {m:1}                     | {m:{}}                | {m:{s:null,d:1}}          | {m:{d:1}}
      {l:[1]}                   | {l:[1]}               | {l:[1,{s:null,d:[{e:null}]}]} | {l:[1,{d:[{}]}]}
      {l:[null,1]}              | {l:[null,1]}          | {l:[null,1,2]}            | {l:[null,1,2]}
      {l:[1]}                   | {l:[1]}               | {l:[1,null,2]}            | {l:[1,2]}
      {l:[{k:1},{k:2}]}         | {l:[{k:2}]}           | {l:[{k:3,s:null}]}        | {l:[{k:3}]}
      {c:[{name:'a',u:1}]}      | {c:[{name:'a',s:null}]} | {c:[{name:'a',s:null,d:1}]} | {c:[{name:'a',u:1,d:1}]}
      # elements with a name
      {c:[{name:'a',u:1}]}      | {c:[{name:'a'}]}      | {c:[{name:'s'},{name:'a'}]} | {c:[{name:'s'},{name:'a',u:1}]}
      {c:[{name:'a',u:1},{name:'b',u:2}]} | {c:[{name:'a'},{name:'b'}]} | {c:[{name:'b'}]} | {c:[{name:'b',u:2}]}
      {c:[{name:'a',u:1},{name:'b',u:2}]} | {c:[{name:'a'},{name:'b'}]} | {c:[{name:'b'},{name:'a',i:1}]} | {c:[{name:'b',u:2},{name:'a',u:1,i:1}]}
      {c:[{name:'a',u:1}]}      | {c:[{name:'a'}]}      | {c:[{name:'b'}]}          | {c:[{name:'b'}]}
      # elements without
      {t:[{k:1,u:1},{k:2,u:2}]} | {t:[{k:1},{k:2}]}     | {t:[{k:0},{k:1},{k:2,v:1}]} | {t:[{k:0},{k:1,u:1},{k:2,u:2,v:1}]}
      {t:[{k:1,u:1},{k:2,u:2}]} | {t:[{k:1},{k:2}]}     | {t:[{k:2},{k:1}]}         | {t:[{k:2,u:2},{k:1,u:1}]}
      {t:[{k:1,u:1},{k:1,u:2}]} | {t:[{k:1},{k:1}]}     | {t:[{k:1}]}               | {t:[{k:1,u:1}]}
      {t:[[{k:1,u:1}],[1]]}     | {t:[[{k:1}],[1]]}     | {t:[[{k:1},{k:2}],[1]]}   | {t:[[{k:1,u:1},{k:2}],[1]]}
      # a view that drops elements cannot be followed
      {t:[{u:1},{k:2}]}         | {t:[{k:2}]}           | {t:[{k:3}]}               | {t:[{k:3}]}
      {t:[{u:1},{k:2}]}         | {t:[{k:2}]}           | {t:[{k:2}],a:1}           | {t:[{u:1},{k:2}],a:1}
      """)
  void changeReachesTheDocument(String raw, String before, String after, String merged) {
    JsonNode document = json(raw);

    JsonNode result = TypedMerge.merge(document, json(before), json(after), StructSchema.none());

    assertThat(result).isEqualTo(json(merged));
    assertThat(document).isEqualTo(json(raw));
  }

  @Test
  void untouchedPartsAreShared() {
    JsonNode raw = json("{metadata:{u:1},spec:{c:[{name:'a',u:1}],t:[{k:1}]}}");
    JsonNode view = json("{metadata:{},spec:{c:[{name:'a'}],t:[{k:1}]}}");

    JsonNode merged =
        TypedMerge.merge(
            raw,
            view,
            json("{metadata:{labels:{}},spec:{c:[{name:'a'}],t:[{k:1}]}}"),
            StructSchema.none());

    assertThat(merged.get("spec")).isSameAs(raw.get("spec"));
    assertThat(TypedMerge.merge(raw, view, view.deepCopy(), StructSchema.none())).isSameAs(raw);
  }

  @Test
  void whatDidNotChangeIsNotParsed() {
    byte[] text =
        ("{\"metadata\":{\"name\":\"a\"},\"spec\":{\"x\":{\"y\":\"LONG\"},\"z\":[{\"name\":\"b\",\"u\":1}]}}")
            .replace("LONG", LONG)
            .getBytes(StandardCharsets.UTF_8);
    JsonNode raw = LazyJson.object(text, 0, text.length);
    JsonNode sameBytes = LazyJson.object(text, 0, text.length);
    JsonNode view =
        json("{metadata:{name:'a'},spec:{x:{y:'LONG'},z:[{name:'b'}]}}".replace("LONG", LONG));

    JsonNode merged =
        TypedMerge.merge(
            raw,
            view,
            json("{metadata:{name:'c'},spec:{x:{y:'LONG'},z:[{name:'b'}]}}".replace("LONG", LONG)),
            StructSchema.none());
    JsonPatch patch = JsonPatch.diff(raw, merged, StructSchema.none());

    assertThat(patch)
        .hasToString("[{\"op\":\"replace\",\"path\":\"/metadata/name\",\"value\":\"c\"}]");
    assertThat(LazyJson.sameSource(raw.get("spec"), sameBytes.get("spec"))).isTrue();
    assertThat(merged.get("spec")).isSameAs(raw.get("spec"));
  }
}
