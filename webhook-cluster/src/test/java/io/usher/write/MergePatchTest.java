package io.usher.write;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class MergePatchTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SERVICE = "{\"apiVersion\": \"v1\", \"kind\": \"Service\", ";
  private static final String WIDGET =
      "{\"apiVersion\": \"example.com/v1\", \"kind\": \"Widget\", ";

  private static final String ONE_PORT =
      "\"spec\": {\"ports\": [{\"port\": 80, \"name\": \"a\"}]}}";

  private static final String TCP_AND_UDP =
      """
      "spec": {"ports": [{"port": 53, "protocol": "TCP", "name": "a"},
                         {"port": 53, "protocol": "UDP", "name": "b"}]}}""";

  private static MergePatch between(String kind, String before, String after)
      throws JsonProcessingException {
    return MergePatch.between(json(kind + before), json(kind + after));
  }

  private static ObjectNode json(String text) throws JsonProcessingException {
    return (ObjectNode) JSON.readTree(text);
  }

  @Test
  void aKindOfKubernetesGetsAStrategicOne() throws Exception {
    assertThat(between(SERVICE, ONE_PORT, ONE_PORT.replace("\"a\"", "\"c\"")))
        .isEqualTo(
            new MergePatch(
                "application/strategic-merge-patch+json",
                json(
                    """
                        {"spec": {"$setElementOrder/ports": [{"port": 80}],
                                  "ports": [{"port": 80, "name": "c"}]}}""")));
  }

  @Test
  void anotherKindGetsAJsonMergePatch() throws Exception {
    assertThat(between(WIDGET, ONE_PORT, ONE_PORT.replace("\"a\"", "\"c\"")))
        .isEqualTo(
            new MergePatch(
                "application/merge-patch+json",
                json("{\"spec\": {\"ports\": [{\"port\": 80, \"name\": \"c\"}]}}")));
  }

  @Test
  void aListWhoseKeysAreNotUniqueIsReplacedAsAWhole() throws Exception {
    String after = TCP_AND_UDP.replace("\"b\"", "\"c\"");

    assertThat(between(SERVICE, TCP_AND_UDP, after))
        .isEqualTo(new MergePatch("application/merge-patch+json", json("{" + after)));
  }

  @Test
  void itCanBeForOneVersionOfOneObjectAlone() throws Exception {
    var patch = new MergePatch("application/merge-patch+json", json("{\"metadata\": {\"a\": 1}}"));

    assertThat(patch.onlyOf("u", "7"))
        .isEqualTo(
            new MergePatch(
                "application/merge-patch+json",
                json("{\"metadata\": {\"a\": 1, \"uid\": \"u\", \"resourceVersion\": \"7\"}}")));
    assertThat(patch.patch()).isEqualTo(json("{\"metadata\": {\"a\": 1}}"));
  }
}
