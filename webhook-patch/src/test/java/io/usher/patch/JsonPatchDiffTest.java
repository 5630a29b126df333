package io.usher.patch;

import static io.usher.patch.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonPatchDiffTest {
  private static final StructSchema PORTS =
      new StructSchema(
          "ServiceSpec",
          Map.of(
              "ports",
              new FieldSchema(
                  FieldSchema.Strategy.MERGE,
                  false,
                  "port",
                  List.of("port", "protocol"),
                  StructSchema.none())),
          StructSchema.Others.UNDECLARED);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
      # objects
      {a:1}                       | {a:1}                         | ``
      {a:1}                       | {a:2}                         | replace /a 2
      {a:1}                       | {}                            | remove /a
      {}                          | {a:null}                      | add /a null
      {a:null}                    | {}                            | remove /a
      {m:{}}                      | {m:{labels:{k:'v'}}}          | add /m/labels {'k':'v'}
      {m:{labels:{}}}             | {m:{labels:{k:'v'}}}          | add /m/labels/k 'v'
      {a:{b:1}}                   | {a:[1]}                       | replace /a [1]
      {a:1,b:2,c:3}               | {c:4,d:5}                     | remove /a; remove /b; replace /c 4; add /d 5
      # keys
      {'a/b~c':1}                 | {'a/b~c':2}                   | replace /a~1b~0c 2
      {'~1':{'x y':1}}            | {'~1':{'x y':2}}              | replace /~01/x y 2
      {'0':{'':1}}                | {'0':{'':2}}                  | replace /0/ 2
      # numbers
      {a:1}                       | {a:1.0}                       | replace /a 1.0
      {a:1.10}                    | {a:1.1}                       | ``
      {a:100}                     | {a:1e2}                       | replace /a 1E+2
      {a:9007199254740993}        | {a:9007199254740992}          | replace /a 9007199254740992
      {a:123456789012345678901}   | {a:123456789012345678902}     | replace /a 123456789012345678902
      {a:0.1}                     | {a:0.1000000000000000001}     | replace /a 0.1000000000000000001
      {a:'1'}                     | {a:1}                         | replace /a 1
      # lists of values
      {a:[1,2,3]}                 | {a:[1,9,2,3]}                 | add /a/1 9
      {a:[1,2,3]}                 | {a:[1,3]}                     | remove /a/1
      {a:[1,2,3]}                 | {a:[1,9,3]}                   | replace /a/1 9
      {a:[1,2,3,4,5]}             | {a:[2,3,4,6]}                 | replace /a/4 6; remove /a/0
      {a:[1,2,3,4]}               | {a:[1,4]}                     | remove /a/2; remove /a/1
      {a:[1]}                     | {a:[2]}                       | replace /a/0 2
      {a:[1]}                     | {a:[]}                        | remove /a/0
      {a:[1,2]}                   | {a:[]}                        | replace /a []
      {a:[1,2,3]}                 | {a:[4,5]}                     | replace /a [4,5]
      {a:['x','x','y']}           | {a:['x','y']}                 | remove /a/1
      {a:[[1,2],[3]]}             | {a:[[1,2],[3,4]]}             | add /a/1/1 4
      {a:[{k:1,v:1},{k:1,v:2}]}   | {a:[{k:1,v:1},{k:1,v:3}]}     | replace /a/1/v 3
      {a:[{k:1,v:1,w:1}]}         | {a:[{k:1,v:2,w:2}]}           | replace /a/0 {'k':1,'v':2,'w':2}
      {a:[{k:1},1,2]}             | {a:[{},null,2]}               | replace /a/0 {}; replace /a/1 null
      # lists with identity
      {c:[{name:'a',i:1}]}        | {c:[{name:'s'},{name:'a',i:2}]} | replace /c/0/i 2; add /c/0 {'name':'s'}
      {c:[{name:'a'},{name:'b',i:1}]} | {c:[{name:'b',i:1}]}          | remove /c/0
      {c:[{name:'a'},{name:'b'}]} | {c:[{name:'b'},{name:'a'}]}   | remove /c/1; add /c/0 {'name':'b'}
      {c:[{name:'a',i:1,j:1}]}    | {c:[{name:'a',i:2,j:2}]}      | replace /c/0/i 2; replace /c/0/j 2
      {c:[{name:'a',i:1}]}        | {c:[{name:'b',i:1}]}          | replace /c/0 {'name':'b','i':1}
      # names that two elements share do not identify
      {c:[{name:'a'},{name:'a',i:1}]} | {c:[{name:'a',i:1}]}          | remove /c/0
      {c:[{name:'p',v:1},{name:'l',i:3},{name:'p',i:3}]} | {c:[{name:'q',v:1},{name:'p',i:3},{name:'p',i:3}]} | replace /c/0/name 'q'; replace /c/1/name 'p'
      # at the root
      [1,2]                       | [1,2,3]                       | add /2 3
      """)
  void differenceIsSmall(String before, String after, String patch) {
    JsonPatch diff = JsonPatch.diff(json(before), json(after), StructSchema.none());

    assertThat(written(diff)).isEqualTo(patch);
  }

  @Test
  void schemaKeysIdentifyElementsBeforeTheMergeKeyAndTheName() {
    JsonNode before =
        json(
            "{ports:[{port:53,protocol:'TCP',name:'x'},{port:53,protocol:'UDP',nodePort:1},"
                + "{port:80,nodePort:2}]}");
    JsonNode after =
        json("{ports:[{port:80,nodePort:3},{port:53,protocol:'UDP',nodePort:4,name:'x'}]}");

    assertThat(written(JsonPatch.diff(before, after, PORTS)))
        .isEqualTo(
            "replace /ports/0 {'port':80,'nodePort':3}; replace /ports/1/nodePort 4; "
                + "add /ports/1/name 'x'; remove /ports/2");
  }

  @Test
  void anotherRootIsRefused() {
    assertThatThrownBy(() -> JsonPatch.diff(json("{}"), json("[]"), StructSchema.none()))
        .isInstanceOf(PatchException.class)
        .hasMessage(
            "diff: the two documents differ at the root; both must be objects, or both arrays");
  }

  private static String written(JsonPatch patch) {
    return patch.operations().stream()
        .map(
            operation ->
                operation.kind()
                    + " "
                    + operation.path()
                    + (operation.value() == null ? "" : " " + operation.value()))
        .collect(Collectors.joining("; "))
        .replace('"', '\'');
  }
}
