package io.usher.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.Operation;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an API server refuses of an object that rules changed, whatever its kind: see apimachinery's
 * {@code validation/objectmeta.go}, apiserver's {@code registry/rest/create.go}, and the schemas of
 * custom resources. Fields that a kind makes immutable are not looked at.
 */
final class ServerChecks {

  private static final List<String> IMMUTABLE = List.of("name", "uid", "creationTimestamp");

  private final List<String> refusals = new ArrayList<>();

  private ServerChecks() {}

  /**
   * The refusals, in the API server's words.
   *
   * @param after the object that the rules left
   * @param nulls whether a custom resource may have nulls
   */
  static List<String> refusals(AdmissionRequest request, ObjectNode after, boolean nulls) {
    ObjectNode before = request.object();
    var checks = new ServerChecks();
    if (before != null && request.operation() != Operation.CONNECT) {
      checks.metadata(request, before.path("metadata"), after.path("metadata"));
      // Built-in kinds drop nulls; their groups are a word or end in k8s.io.
      String group = request.kind().group();
      if (!nulls && group.contains(".") && !group.endsWith(".k8s.io")) {
        checks.nulls("", before, after);
      }
    }
    return List.copyOf(checks.refusals);
  }

  private void metadata(AdmissionRequest request, JsonNode before, JsonNode after) {
    if (!request.namespace().isEmpty()
        && !after.path("namespace").equals(before.path("namespace"))) {
      refusals.add(
          "the namespace of the provided object does not match the namespace sent on the request");
    }
    if (request.operation() == Operation.UPDATE) {
      for (String field : IMMUTABLE) {
        JsonNode value = after.path(field);
        if (!value.equals(before.path(field))) {
          refusals.add(
              "metadata."
                  + field
                  + ": Invalid value: \""
                  + value.asText()
                  + "\": field is immutable");
        }
      }
    } else if (!after.path("resourceVersion").asText().isEmpty()) {
      refusals.add("resourceVersion should not be set on objects to be created");
    }
  }

  /** Nulls that were not there before. */
  private void nulls(String path, @Nullable JsonNode before, JsonNode after) {
    if (after.isNull()) {
      if (before == null || !before.isNull()) {
        refusals.add(path + ": Invalid value: \"null\", unless its schema says nullable");
      }
      return;
    }
    for (Map.Entry<String, JsonNode> member : after.properties()) {
      String name = path.isEmpty() ? member.getKey() : path + "." + member.getKey();
      nulls(name, before == null ? null : before.get(member.getKey()), member.getValue());
    }
    if (after.isArray()) {
      int index = 0;
      for (Iterator<JsonNode> elements = after.iterator(); elements.hasNext(); index++) {
        nulls(path + "[" + index + "]", before == null ? null : before.get(index), elements.next());
      }
    }
  }
}
