package io.usher.patch;

import static io.usher.patch.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the vectors cannot say: what errors tell, the faults that are avoided, exact numbers. */
class StrategicMergePatchTest {
  private static final StructSchema SERVICE = PatchSchema.builtIn().forKind("", "v1", "Service");
  private static final StructSchema POD = PatchSchema.builtIn().forKind("", "v1", "Pod");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
      # a port of two protocols: Kubernetes would make one of them
      {spec:{ports:[{port:53,protocol:'TCP'},{port:53,protocol:'UDP'}]}} | {spec:{ports:[{port:53,protocol:'TCP'},{port:53,protocol:'UDP',nodePort:1}]}} | more than one element has the merge key port: 53, so that a patch cannot tell them apart (at /spec/ports)
      {spec:{ports:[{port:53,protocol:'TCP'}]}} | {spec:{ports:[{port:53,protocol:'TCP'},{port:53,protocol:'UDP'}]}} | more than one element has the merge key port: 53, so that a patch cannot tell them apart (at /spec/ports)
      # one of two: Kubernetes would delete both
      {spec:{ports:[{port:53,name:'a'},{port:53,name:'b'}]}} | {spec:{ports:[{port:53,name:'a'}]}} | more than one element has the merge key port: 53, so that a patch cannot tell them apart (at /spec/ports)
      {metadata:{finalizers:['a','a']}} | {metadata:{finalizers:['a']}} | more than one element has the value "a", so that a patch cannot tell them apart (at /metadata/finalizers)
      {metadata:{finalizers:['a']}} | {metadata:{finalizers:['a','b','b']}} | more than one element has the value "b", so that a patch cannot tell them apart (at /metadata/finalizers)
      {metadata:{finalizers:['a','a','b']}} | {metadata:{finalizers:['a','b','a']}} | more than one element has the value "a", so that a patch cannot tell them apart (at /metadata/finalizers)
      {spec:{ports:[{port:1}]}} | {spec:{ports:[{name:'a'}]}} | element {"name":"a"} has no merge key 'port' (at /spec/ports)
      {spec:{ports:[{port:1}]}} | {spec:{ports:[{port:2},null]}} | a list that is merged holds null (at /spec/ports)
      {spec:{ports:[{port:1}]}} | {spec:{ports:[{port:2},1]}} | a list that is merged holds elements of different types (at /spec/ports)
      [] | {} | a document is no object
      """)
  void creationSaysWhichListAndKey(String original, String modified, String message) {
    assertThatThrownBy(() -> TwoWayMergePatch.create(json(original), json(modified), SERVICE))
        .isInstanceOf(PatchException.class)
        .hasMessage("create strategic merge patch: " + message);
  }

  @Test
  void elementsThatShareTheirKeyMayStayOrGoTogether() {
    JsonNode original =
        json(
            "{metadata:{},spec:{ports:[{port:53,protocol:'TCP'},{port:53,protocol:'UDP'},{port:1}]}}");

    assertThat(
            TwoWayMergePatch.create(
                original,
                json(
                    "{metadata:{name:'a'},spec:{ports:[{port:53,protocol:'TCP'},"
                        + "{port:53,protocol:'UDP'},{port:1}]}}"),
                SERVICE))
        .isEqualTo(json("{metadata:{name:'a'}}"));
    JsonNode without = json("{metadata:{},spec:{ports:[{port:1}]}}");
    assertThat(
            StrategicMergePatch.apply(
                original, TwoWayMergePatch.create(original, without, SERVICE), SERVICE))
        .isEqualTo(without);
  }

  @Test
  void unsortedFinalizersThatStayGetNoOrder() {
    assertThat(
            TwoWayMergePatch.create(
                json("{metadata:{finalizers:['b','a']}}"),
                json("{metadata:{finalizers:['b','a'],name:'x'}}"),
                POD))
        .isEqualTo(json("{metadata:{name:'x'}}"));
  }

  @Test
  void integersAndFloatsAreDifferentValues() {
    JsonNode original = json("{a:1,b:1.0,c:1.10,d:9007199254740993}");
    JsonNode modified = json("{a:1.0,b:1,c:1.1,d:9007199254740992}");

    assertThat(TwoWayMergePatch.create(original, modified, StructSchema.none()))
        .isEqualTo(json("{a:1.0,b:1,d:9007199254740992}"));
    assertThat(JsonMergePatch.create(original, modified))
        .isEqualTo(json("{a:1.0,b:1,d:9007199254740992}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
      {spec:{nodeSelector:{a:'b'}}} | {spec:{nodeSelector:{'$patch':'merge'}}} | $patch must be replace or delete here, and is "merge" (at /spec/nodeSelector)
      {spec:{containers:[{name:'a'}]}} | {spec:{containers:[{image:'a'}]}} | element {"image":"a"} has no merge key 'name' (at /spec/containers)
      {spec:{containers:[{name:'a',ports:[{containerPort:1}]}]}} | {spec:{containers:[{name:'a',ports:[{name:'x'}]}]}} | element {"name":"x"} has no merge key 'containerPort' (at /spec/containers/0/ports)
      {spec:{containers:[{name:'a'}]}} | {spec:{'$setElementOrder/containers':{}}} | $setElementOrder/containers must be a list (at /spec/containers)
      {spec:{}} | {spec:{'$retainKeys':['a'],b:1}} | $retainKeys does not list 'b', which the patch sets (at /spec)
      {} | [] | the document and the patch must be objects
      """)
  void applicationSaysWhereThePatchIsWrong(String original, String patch, String message) {
    assertThatThrownBy(() -> StrategicMergePatch.apply(json(original), json(patch), POD))
        .isInstanceOf(PatchException.class)
        .hasMessage("apply strategic merge patch: " + message);
  }

  @Test
  void conflictSaysWhere() {
    assertThatThrownBy(
            () ->
                ThreeWayMergePatch.create(
                    json("{spec:{containers:[{name:'a',image:'1'}]}}"),
                    json("{spec:{containers:[{name:'a',image:'2'}]}}"),
                    json("{spec:{containers:[{name:'s'},{name:'a',image:'3'}]}}"),
                    POD,
                    false))
        .isInstanceOf(PatchConflictException.class)
        .hasMessage(
            "create strategic merge patch: conflict: it was changed to \"3\", and is to be \"2\""
                + " (at /spec/containers/0/image)");
  }

  @Test
  void inputsStayAsTheyAre() {
    String original = "{metadata:{finalizers:['b','a']},spec:{containers:[{name:'b'},{name:'a'}]}}";
    String modified = "{metadata:{finalizers:['a']},spec:{containers:[{name:'a',image:'x'}]}}";
    String current = "{metadata:{finalizers:['c','b','a']},spec:{containers:[{name:'b'}]}}";
    JsonNode first = json(original);
    JsonNode second = json(modified);
    JsonNode third = json(current);

    JsonNode patch = ThreeWayMergePatch.create(first, second, third, POD, true);
    String text = patch.toString();
    StrategicMergePatch.apply(third, patch, POD);

    assertThat(first).isEqualTo(json(original));
    assertThat(second).isEqualTo(json(modified));
    assertThat(third).isEqualTo(json(current));
    assertThat(patch).hasToString(text);
  }
}
