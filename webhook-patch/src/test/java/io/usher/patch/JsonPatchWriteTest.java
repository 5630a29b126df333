package io.usher.patch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.json.LazyJson;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JsonPatchWriteTest {

  private static final String PATCH =
      """
      [{"op":"add","path":"/a","value":{"text":"mask🎭\\n","object":{},"array":[[],[null,true]],"null":null}},\
      {"op":"replace","path":"/b","value":null},\
      {"op":"replace","path":"/c","value":[9007199254740993,602214076000000000000000,19.90,-1,1E-9]},\
      {"op":"remove","path":"/d"},\
      {"op":"move","from":"/e","path":"/f"}]""";

  @Test
  void writesValuesOfEveryKind() throws IOException {
    assertThat(written(JsonPatch.parse(Json.json(PATCH)))).isEqualTo(PATCH);
  }

  @Test
  void writesValuesThatNobodyHasLookedInto() throws IOException {
    byte[] bytes = "{\"spec\":{\"a\":[1.50]}}".getBytes(StandardCharsets.UTF_8);
    ObjectNode after = LazyJson.object(bytes, 0, bytes.length);

    JsonPatch patch = JsonPatch.diff(Json.json("{}"), after, StructSchema.none());

    assertThat(written(patch))
        .isEqualTo("[{\"op\":\"add\",\"path\":\"/spec\",\"value\":{\"a\":[1.50]}}]");
  }

  @Test
  void writesBytesAsBase64() throws IOException {
    var after = (ObjectNode) Json.json("{}");
    after.put("blob", new byte[] {(byte) 0xfb, (byte) 0xff});

    JsonPatch patch = JsonPatch.diff(Json.json("{}"), after, StructSchema.none());

    assertThat(written(patch))
        .isEqualTo("[{\"op\":\"add\",\"path\":\"/blob\",\"value\":\"+/8=\"}]");
  }

  private static String written(JsonPatch patch) throws IOException {
    var text = new StringWriter();
    try (JsonGenerator generator = new JsonFactory().createGenerator(text)) {
      patch.writeTo(generator);
    }
    assertThat(text).hasToString(patch.toString());
    return text.toString();
  }
}
