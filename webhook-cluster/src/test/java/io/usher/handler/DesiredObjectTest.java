package io.usher.handler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.write.MergePatch;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class DesiredObjectTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String POD =
      """
      {"apiVersion": "v1", "kind": "Pod",
       "metadata": {"name": "web", "namespace": "shop", "uid": "u", "resourceVersion": "7"},
       "spec": {"containers": [{"name": "a", "image": "one"}, {"name": "b", "image": "two"}]}}""";

  private static final String WIDGET =
      """
      {"apiVersion": "example.com/v1", "kind": "Widget",
       "metadata": {"name": "w", "uid": "u", "resourceVersion": "7"},
       "spec": {"parts": [{"name": "a"}, {"name": "b"}], "size": 1}}""";

  private static ObjectNode json(String text) throws Exception {
    return (ObjectNode) JSON.readTree(text);
  }

  private static MergePatch between(String seen, String desired, boolean whole) throws Exception {
    return Objects.requireNonNull(DesiredObject.patch(json(seen), json(desired), whole));
  }

  @Test
  void aBuiltInKindGetsAStrategicPatchOfThisVeryObject() throws Exception {
    MergePatch patch = between(POD, POD.replace("two", "three"), true);

    assertThat(patch.mediaType()).isEqualTo("application/strategic-merge-patch+json");
    assertThat(patch.patch())
        .isEqualTo(
            json(
                """
                {"metadata": {"uid": "u", "resourceVersion": "7"},
                 "spec": {"$setElementOrder/containers": [{"name": "a"}, {"name": "b"}],
                          "containers": [{"name": "b", "image": "three"}]}}"""));
  }

  @Test
  void anotherKindGetsAMergePatch() throws Exception {
    MergePatch patch = between(WIDGET, WIDGET.replace("1", "2").replace("/v2", "/v1"), true);

    assertThat(patch.mediaType()).isEqualTo("application/merge-patch+json");
    assertThat(patch.patch())
        .isEqualTo(
            json(
                "{\"metadata\": {\"uid\": \"u\", \"resourceVersion\": \"7\"}, \"spec\": {\"size\": 2}}"));
  }

  /** The key of a Service's ports is the number alone. */
  @Test
  void aListWhoseKeysAreNotUniqueIsReplacedAsAWhole() throws Exception {
    String service =
        """
        {"apiVersion": "v1", "kind": "Service",
         "metadata": {"name": "dns", "namespace": "shop", "uid": "u", "resourceVersion": "7"},
         "spec": {"ports": [{"port": 53, "protocol": "TCP", "name": "a"},
                            {"port": 53, "protocol": "UDP", "name": "b"}]}}""";

    MergePatch patch = between(service, service.replace("\"b\"", "\"c\""), true);

    assertThat(patch.mediaType()).isEqualTo("application/merge-patch+json");
    assertThat(patch.patch())
        .isEqualTo(
            json(
                """
                {"metadata": {"uid": "u", "resourceVersion": "7"},
                 "spec": {"ports": [{"port": 53, "protocol": "TCP", "name": "a"},
                                    {"port": 53, "protocol": "UDP", "name": "c"}]}}"""));
  }

  @Test
  void thereIsNoPatchToTheSame() throws Exception {
    assertThat(DesiredObject.patch(json(POD), json(POD), true)).isNull();
  }

  @Test
  void ofAnObjectThatIsSeenInPartNoListIsWritten() throws Exception {
    assertThatThrownBy(() -> between(WIDGET, WIDGET.replace("\"b\"", "\"c\""), false))
        .hasMessageContaining("leave fields out of @Reads");
    assertThat(
            between(WIDGET, WIDGET.replace("\"size\": 1", "\"size\": 2"), false)
                .patch()
                .path("spec"))
        .isEqualTo(json("{\"size\": 2}"));
  }

  @Test
  void anotherObjectIsNoDesiredOne() {
    assertThatThrownBy(() -> between(POD, POD.replace("\"web\"", "\"other\""), true))
        .hasMessage(
            "the desired object has /metadata/name as \"other\" and not \"web\"; return the object"
                + " that the handler was given, with its changes");
    assertThatThrownBy(() -> between(POD, POD.replace("\"namespace\": \"shop\", ", ""), true))
        .hasMessageContaining("/metadata/namespace as nothing and not \"shop\"");
  }
}
