package io.usher.patch;

import static io.usher.patch.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.StringWriter;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonPatchApplyTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
      {a:1}         | [{op:'add',path:'/b',value:null}]                               | {a:1,b:null}
      {a:1}         | [{op:'add',path:'/a',value:2}]                                  | {a:2}
      {a:[1,2]}     | [{op:'add',path:'/a/-',value:3},{op:'add',path:'/a/0',value:0}] | {a:[0,1,2,3]}
      {a:[1,2]}     | [{op:'remove',path:'/a/0'},{op:'replace',path:'/a/0',value:5}]  | {a:[5]}
      {a:{b:1},c:2} | [{op:'move',from:'/a/b',path:'/d'},{op:'copy',from:'/c',path:'/a/c'}] | {a:{c:2},c:2,d:1}
      {'a/b~':1.50} | [{op:'test',path:'/a~1b~0',value:1.50}]                         | {'a/b~':1.50}
      """)
  void patchIsAppliedByTheRfc(String document, String patch, String result) {
    JsonNode before = json(document);

    assertThat(JsonPatch.parse(json(patch)).apply(before)).isEqualTo(json(result));
    assertThat(before).isEqualTo(json(document));
  }

  /**
   * The columns say what the API server's applier (evanphx/json-patch v4) does, and the library.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
      # document   | operation                             | server  | library | refused with
      {a:1}        | {op:'replace',path:'/b',value:1}      | takes   | refuses | operation 0 (replace): no such path in target JSON document (at /b)
      {a:1}        | {op:'test',path:'/b',value:null}      | takes   | refuses | operation 0 (test): no such path in target JSON document (at /b)
      {a:[1]}      | {op:'add',path:'/a/-1',value:1}       | takes   | refuses | operation 0 (add): '-1' is no array index (at /a/-1)
      {a:[1]}      | {op:'remove',path:'/a/-1'}            | takes   | refuses | operation 0 (remove): '-1' is no array index (at /a/-1)
      {a:[1]}      | {op:'replace',path:'/a/-1',value:2}   | takes   | refuses | operation 0 (replace): '-1' is no array index (at /a/-1)
      {a:1}        | {op:'copy',from:'/b',path:'/c'}       | takes   | refuses | operation 0 (copy): nothing to take at '/b' (at /c)
      {a:1}        | {op:'replace',path:'',value:{}}       | takes   | takes   | operation 0 (replace): changes the root
      {a:1}        | {op:'add',path:'',value:{}}           | refuses | takes   | operation 0 (add): changes the root
      {a:1}        | {op:'test',path:'/a',value:1.0}       | refuses | takes   | operation 0 (test): a number differs in how it is written (at /a)
      {a:[{b:1.1}]} | {op:'test',path:'/a',value:[{b:1.10}]} | refuses | takes | operation 0 (test): a number differs in how it is written (at /a)
      {a:1}        | {op:'copy',from:'',path:'/b'}         | refuses | takes   | operation 0 (copy): nothing to take at '' (at /b)
      {a:1}        | {op:'move',from:'/b',path:'/b'}       | refuses | takes   | operation 0 (move): nothing to take at '/b' (at /b)
      # by RFC 6901 neither is an index
      {a:[1,2]}    | {op:'add',path:'/a/01',value:3}       | takes   | takes   | operation 0 (add): '01' is no array index (at /a/01)
      {a:[1,2]}    | {op:'add',path:'/a/+1',value:3}       | takes   | takes   | operation 0 (add): '+1' is no array index (at /a/+1)
      """)
  void whereLibraryAndServerDifferTheOperationIsRefused(
      String document, String operation, String server, String library, String message) {
    JsonNode patch = json("[" + operation + "]");

    assertThat(libraryTakes(patch, json(document))).isEqualTo(library.equals("takes"));
    assertThatThrownBy(() -> JsonPatch.parse(patch).apply(json(document)))
        .as("the API server %s it", server)
        .isInstanceOf(PatchException.class)
        .hasMessageStartingWith("apply JSON Patch: " + message);
  }

  private static boolean libraryTakes(JsonNode patch, JsonNode document) {
    try {
      com.github.fge.jsonpatch.JsonPatch.fromJson(patch).apply(document);
      return true;
    } catch (Exception e) {
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
      {}                                                  | it must be an array of operations
      [1]                                                 | operation 0: 'op' must be one of add, remove, replace, move, copy, test (at /0)
      [{op:'remove',path:'/a'},{op:'ADD',path:'/a',value:1}] | operation 1: 'op' must be one of add, remove, replace, move, copy, test (at /1)
      [{op:'add',path:'/a'}]                              | operation 0: add needs a 'value' (at /0)
      [{op:'add',value:1}]                                | operation 0: 'path' must be a JSON pointer (at /0)
      [{op:'move',path:'/a'}]                             | operation 0: 'from' must be a JSON pointer (at /0)
      [{op:'add',path:'a',value:1}]                       | operation 0: 'path' must be empty or start with '/': "a" (at /0)
      [{op:'add',path:'/a~2',value:1}]                    | operation 0: 'path' holds a '~' that is followed by neither 0 nor 1: "/a~2" (at /0)
      [{op:'add',path:'/a~',value:1}]                     | operation 0: 'path' holds a '~' that is followed by neither 0 nor 1: "/a~" (at /0)
      """)
  void whatIsNoPatchIsRefused(String patch, String message) {
    assertThatThrownBy(() -> JsonPatch.parse(json(patch)))
        .isInstanceOf(PatchException.class)
        .hasMessage("parse JSON Patch: " + message);
  }

  /** Each copies all that the one before it made: 2 to the power of 40 would not fit any memory. */
  @Test
  void copiesThatAddMoreThanTheyMayAreRefusedBeforeTheyAreMade() {
    String copies =
        IntStream.range(0, 40)
            .mapToObj(i -> "{op:'copy',from:'/a',path:'/a/" + i + "'}")
            .collect(Collectors.joining(","));
    JsonPatch patch = JsonPatch.parse(json("[" + copies + "]"));

    assertThatThrownBy(() -> patch.apply(json("{a:{c:'text'}}"), 1000))
        .isInstanceOf(CopyLimitException.class)
        .hasMessageMatching(
            "apply JSON Patch: operation \\d \\(copy\\): all copies would add \\d+ characters, and"
                + " may 1000 \\(at /a/\\d\\)");
    JsonPatch one = JsonPatch.parse(json("[{op:'copy',from:'/a',path:'/b'}]"));
    assertThat(one.apply(json("{a:'text'}"), 6)).isEqualTo(json("{a:'text',b:'text'}"));
    assertThatThrownBy(() -> one.apply(json("{a:'text'}"), 5))
        .isInstanceOf(CopyLimitException.class);
  }

  @Test
  void writesItselfAsItWasRead() throws Exception {
    JsonNode json =
        json(
            "[{op:'move',from:'/a',path:'/b'},{op:'add',path:'/c',value:{d:[1.10,null,'\\u2028']}},"
                + "{op:'remove',path:'/e'},{op:'add',path:'/f',value:12345678901234567890.10}]");
    JsonPatch patch = JsonPatch.parse(json);
    var text = new StringWriter();
    try (JsonGenerator generator = new JsonFactory().createGenerator(text)) {
      patch.writeTo(generator);
    }

    assertThat(patch.toJson()).isEqualTo(json);
    assertThat(text).hasToString(json.toString());
    assertThat(patch).hasToString(json.toString());
    assertThat(patch.operations().get(0))
        .isEqualTo(new PatchOperation(PatchOperation.Kind.MOVE, "/b", null, "/a"));
  }
}
