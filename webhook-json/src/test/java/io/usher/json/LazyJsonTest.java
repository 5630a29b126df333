package io.usher.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LazyJsonTest {

  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .setNodeFactory(new JsonNodeFactory(true));

  /** What holds a long text waits until it is read, as in a real Pod. */
  private static final String POD =
      """
      {"metadata": {"name":"wéb \\u00e9 \\"x\\"", "labels":{"a":"1","b":{}}, "managedFields":[{"f:x":{}}, [], [[1]], "LONG"]},
       "spec": {"n":12345678901234567890123, "l":9007199254740993, "d":1.10, "e":1e3, "t":true, "f":false, "z":null, "w":"LONG",
         "containers":[{"name":"a","env":[{"name":"X","value":""}]},{"name":"b"}]},
       "empty": {}, "none": []}"""
          .replace("LONG", "x".repeat(600));

  @Test
  void looksLikeTheParsedTree() throws IOException {
    ObjectNode lazy = pod();
    JsonNode parsed = MAPPER.readTree(POD);

    assertThat(lazy).isEqualTo(parsed);
    assertThat((Object) parsed).isEqualTo(pod());
    assertThat(MAPPER.writeValueAsString(pod())).isEqualTo(MAPPER.writeValueAsString(parsed));
  }

  /** Short containers are parsed with the one around them, long ones wait; in any order. */
  @Test
  void shortContainersStandBetweenLongOnes() throws IOException {
    String wide = "\"" + "x".repeat(600) + "\"";
    String json =
        ("{\"a\":[],\"b\":{\"c\":[],\"d\":[[],{\"e\":LONG},[LONG]],\"f\":[1],\"g\":{\"h\":[LONG,[]]},\"i\":{}},"
                + "\"j\":[[1],[LONG],[],[{\"k\":LONG}],{\"l\":[]},LONG],\"m\":[[]],\"n\":{\"o\":LONG},\"p\":[]}")
            .replace("LONG", wide);
    byte[] bytes = json.getBytes(UTF_8);

    ObjectNode lazy = LazyJson.object(bytes, 0, bytes.length);

    assertThat(lazy).isEqualTo(MAPPER.readTree(json));
    assertThat(MAPPER.writeValueAsString(LazyJson.object(bytes, 0, bytes.length))).isEqualTo(json);
    ObjectNode twice = LazyJson.object(bytes, 0, bytes.length);
    assertThat(LazyJson.sameSource(twice.get("j"), LazyJson.copy(twice).get("j"))).isTrue();
    assertThat(LazyJson.sameSource(twice.get("a"), LazyJson.copy(twice).get("a"))).isFalse();
  }

  @Test
  void writesOneLineWhateverItWasReadFrom() throws IOException {
    ObjectNode lazy = pod();
    lazy.path("spec").path("containers").path(0);
    var out = new ByteArrayOutputStream();
    try (JsonGenerator generator = new JsonFactory().createGenerator(out)) {
      LazyJson.write(lazy, generator);
    }

    String written = out.toString(StandardCharsets.UTF_8);
    assertThat(written).doesNotContain("\n");
    assertThat(MAPPER.readTree(written)).isEqualTo(MAPPER.readTree(POD));
    assertThat(written).contains("\"labels\":{\"a\":\"1\",\"b\":{}}");
  }

  @Test
  void copiesWhatNobodyHasLookedInto() throws IOException {
    byte[] json = "{\"a\":{ \"b\" :1.0e2}}".getBytes(StandardCharsets.UTF_8);
    var out = new ByteArrayOutputStream();
    try (JsonGenerator generator = new JsonFactory().createGenerator(out)) {
      LazyJson.write(LazyJson.object(json, 0, json.length), generator);
    }

    assertThat(out.toByteArray()).isEqualTo(json);
  }

  @Test
  void keepsNumbersExact() {
    ObjectNode spec = (ObjectNode) pod().get("spec");

    assertThat(spec.get("n").bigIntegerValue()).isEqualTo("12345678901234567890123");
    assertThat(spec.get("l").longValue()).isEqualTo(9007199254740993L);
    assertThat(spec.get("d").decimalValue()).isEqualTo("1.10");
  }

  @Test
  void leavesWhatNobodyLooksInto() {
    ObjectNode pod = pod();
    ObjectNode copy = LazyJson.copy(pod);
    assertThat(LazyJson.sameSource(pod, copy)).isTrue();

    JsonNode spec = copy.get("spec");

    assertThat(LazyJson.sameSource(pod, copy)).isFalse();
    assertThat(LazyJson.sameSource(pod.get("spec"), spec)).isTrue();
    assertThat(
            LazyJson.sameSource(
                pod.at("/metadata/managedFields"), copy.at("/metadata/managedFields")))
        .isTrue();
    assertThat(LazyJson.sameSource(pod.get("empty"), pod.get("spec"))).isFalse();
  }

  @Test
  void editsOfACopyStayInIt() throws IOException {
    ObjectNode pod = pod();
    pod.at("/spec/containers/0/name");
    ObjectNode copy = pod.deepCopy();

    ((ObjectNode) copy.at("/metadata/labels")).put("a", "2").remove("b");
    ((ArrayNode) copy.at("/spec/containers")).insertObject(0).put("name", "first");
    ((ArrayNode) copy.at("/spec/containers")).remove(1);
    ((ArrayNode) copy.get("none")).add("x");
    ((ObjectNode) copy.get("empty")).removeAll();

    assertThat(pod).isEqualTo(MAPPER.readTree(POD));
    assertThat(copy.at("/metadata/labels").toString()).isEqualTo("{\"a\":\"2\"}");
    assertThat(copy.at("/spec/containers").toString())
        .isEqualTo("[{\"name\":\"first\"},{\"name\":\"b\"}]");
    assertThat(copy.get("none").toString()).isEqualTo("[\"x\"]");
  }

  @Test
  void isParsedStraightFromTheBytes() throws IOException {
    ObjectNode pod = pod();

    assertThat((JsonNode) MAPPER.readTree(LazyJson.parser(pod))).isEqualTo(MAPPER.readTree(POD));
    assertThat(LazyJson.sameSource(pod, LazyJson.copy(pod))).isTrue();
    pod.put("more", 1);
    assertThat(((JsonNode) MAPPER.readTree(LazyJson.parser(pod))).get("more").intValue()).isOne();
  }

  @Test
  void isFoundInTheMiddleOfABody() {
    byte[] body = ("{\"x\": " + POD + " }").getBytes(UTF_8);

    ObjectNode lazy = LazyJson.object(body, 6, body.length - 2);

    assertThat(lazy.at("/spec/containers/1/name").textValue()).isEqualTo("b");
    assertThat(lazy).isEqualTo(pod());
  }

  private static ObjectNode pod() {
    byte[] bytes = POD.getBytes(UTF_8);
    return LazyJson.object(bytes, 0, bytes.length);
  }

  /** Each look is at the end of another, slightly deeper stack; names are new to the parsers. */
  @Test
  void looksAtTheEndOfADeepStackLeaveTheTreeWhole() throws IOException {
    JsonNode parsed = MAPPER.readTree(POD);
    // Initialises what Jackson needs for it: a class that met the end of the stack there is lost.
    assertThat(pod()).hasToString(parsed.toString());
    var trees = new ArrayList<ObjectNode>();
    descend(trees);
    assertThat(trees).hasSize(LOOKS);
    for (int i = 0; i < LOOKS; i++) {
      assertThat(trees.get(i)).as("tree %s", i).isEqualTo(named(parsed, i));
    }
    assertThat(pod()).isEqualTo(parsed);
  }

  private static final int LOOKS = 1_000;

  private static void descend(List<ObjectNode> trees) {
    try {
      descend(trees);
    } catch (StackOverflowError e) {
      // Here it ends. Each method on the way back has a little more room.
    }
    if (trees.size() < LOOKS) {
      look(trees);
    }
  }

  private static void look(List<ObjectNode> trees) {
    ObjectNode tree;
    try {
      byte[] json = named(POD, trees.size()).getBytes(UTF_8);
      tree = LazyJson.object(json, 0, json.length);
    } catch (StackOverflowError e) {
      return;
    }
    trees.add(tree);
    try {
      tree.toString();
    } catch (StackOverflowError e) {
      // What was not read yet is read later.
    }
  }

  /** The same with names of its own. */
  private static String named(String json, int number) {
    return json.replace("\"containers\"", "\"containers-" + number + "\"");
  }

  private static JsonNode named(JsonNode json, int number) throws IOException {
    return MAPPER.readTree(named(MAPPER.writeValueAsString(json), number));
  }
}
