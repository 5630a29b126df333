package io.usher.apiserver.admission.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.admission.match.VersionedWrite;
import io.usher.apiserver.api.AdmissionAttributes;
import java.util.List;
import java.util.Map;

/** A call of a webhook for a write. */
record Invocation(Webhook webhook, VersionedWrite write) {

  /** The members of a review's request that come after its objects. */
  private static final List<String> LAST = List.of("dryRun", "options");

  AdmissionAttributes attributes() {
    return write.attributes();
  }

  /** What conditions see. */
  Map<String, JsonNode> variables() {
    return Map.of(
        "object", write.object(), "oldObject", write.oldObject(), "request", request("", false));
  }

  /** The {@code request} of the AdmissionReview, its members in Kubernetes' order. */
  ObjectNode request(String uid) {
    return request(uid, true);
  }

  private ObjectNode request(String uid, boolean withObjects) {
    ObjectNode request = JsonNodeFactory.instance.objectNode().put("uid", uid);
    ObjectNode members = write.request();
    members
        .properties()
        .forEach(
            each -> {
              if (withObjects && each.getKey().equals(LAST.get(0))) {
                request.set("object", write.object());
                request.set("oldObject", write.oldObject());
              }
              request.set(each.getKey(), each.getValue());
            });
    return request;
  }
}
