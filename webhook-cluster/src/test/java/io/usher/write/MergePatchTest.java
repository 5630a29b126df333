package io.usher.write;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.usher.patch.PatchSchema;
import io.usher.patch.StructSchema;
import org.junit.jupiter.api.Test;

class MergePatchTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final StructSchema SERVICE = PatchSchema.builtIn().forKind("", "v1", "Service");

  private static final String ONE_PORT =
      "{\"spec\": {\"ports\": [{\"port\": 80, \"name\": \"a\"}]}}";

  private static final String TCP_AND_UDP =
      """
      {"spec": {"ports": [{"port": 53, "protocol": "TCP", "name": "a"},
                          {"port": 53, "protocol": "UDP", "name": "b"}]}}""";

  private static MergePatch between(String before, String after, StructSchema schema)
      throws JsonProcessingException {
    return MergePatch.between(json(before), json(after), schema);
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return JSON.readTree(text);
  }

  @Test
  void aKindOfKubernetesGetsAStrategicOne() throws Exception {
    assertThat(between(ONE_PORT, ONE_PORT.replace("\"a\"", "\"c\""), SERVICE))
        .isEqualTo(
            new MergePatch(
                "application/strategic-merge-patch+json",
                json("""
                        {"spec": {"$setElementOrder/ports": [{"port": 80}],
                                  "ports": [{"port": 80, "name": "c"}]}}""")
                    .deepCopy()));
  }

  @Test
  void anotherKindGetsAJsonMergePatch() throws Exception {
    assertThat(between(ONE_PORT, ONE_PORT.replace("\"a\"", "\"c\""), StructSchema.none()))
        .isEqualTo(
            new MergePatch(
                "application/merge-patch+json",
                json("{\"spec\": {\"ports\": [{\"port\": 80, \"name\": \"c\"}]}}").deepCopy()));
  }

  @Test
  void aListWhoseKeysAreNotUniqueIsReplacedAsAWhole() throws Exception {
    String after = TCP_AND_UDP.replace("\"b\"", "\"c\"");

    assertThat(between(TCP_AND_UDP, after, SERVICE))
        .isEqualTo(new MergePatch("application/merge-patch+json", json(after).deepCopy()));
  }
}
