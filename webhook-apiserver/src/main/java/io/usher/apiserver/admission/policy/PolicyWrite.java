package io.usher.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.admission.match.VersionedWrite;
import io.usher.cel.Authorizer;
import io.usher.cel.CostBudget;
import io.usher.cel.PolicyInput;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the expressions of policies see of a write in one version, as it is now. For one thread. */
final class PolicyWrite {

  /** What they see of a Namespace's metadata. */
  private static final List<String> METADATA =
      List.of(
          "name",
          "generateName",
          "namespace",
          "uid",
          "resourceVersion",
          "generation",
          "creationTimestamp",
          "deletionTimestamp",
          "deletionGracePeriodSeconds",
          "labels",
          "annotations",
          "finalizers");

  /** What audit annotations see of it; kube-apiserver keeps no managed fields of Namespaces. */
  private static final List<String> ALL_METADATA =
      Stream.concat(METADATA.stream(), Stream.of("ownerReferences")).toList();

  private final VersionedWrite write;
  private final Authorizer authorizer;
  private final JsonNode object;
  private final JsonNode oldObject;
  private final ObjectNode request;
  private final @Nullable ObjectNode namespace;
  private final long deadline;
  private @Nullable PolicyInput conditions;
  private @Nullable PolicyInput expressions;
  private @Nullable PolicyInput messages;
  private @Nullable PolicyInput annotations;

  /**
   * A write.
   *
   * @param namespace that of the object; null where it is in none
   * @param deadline when its evaluation ends, by {@link System#nanoTime()}
   * @throws io.usher.apiserver.api.ApiException when its objects can't be converted
   */
  PolicyWrite(
      VersionedWrite write, Authorizer authorizer, @Nullable ObjectNode namespace, long deadline) {
    this.write = write;
    this.authorizer = authorizer;
    this.deadline = deadline;
    object = write.object();
    oldObject = write.oldObject();
    request = write.request();
    this.namespace = namespace;
  }

  /**
   * The Namespace as expressions see it; JSON's null where there is none.
   *
   * @param members of its metadata
   */
  private JsonNode namespace(List<String> members) {
    if (namespace == null) {
      return NullNode.getInstance();
    }
    ObjectNode shown = JsonNodeFactory.instance.objectNode();
    ObjectNode metadata = shown.putObject("metadata");
    JsonNode stored = namespace.path("metadata");
    for (String member : members) {
      if (stored.has(member)) {
        metadata.set(member, stored.path(member));
      }
    }
    for (String part : List.of("spec", "status")) {
      shown.set(part, namespace.has(part) ? namespace.path(part) : shown.objectNode());
    }
    return shown;
  }

  VersionedWrite versioned() {
    return write;
  }

  /** The object as it is seen; JSON's null where there is none. */
  JsonNode object() {
    return object;
  }

  /** For match conditions, which see no Namespace. */
  PolicyInput forConditions(JsonNode params) {
    if (conditions == null) {
      conditions = input(NullNode.getInstance(), authorizer);
    }
    return conditions.with(params, CostBudget.ofMatchConditions().until(deadline));
  }

  /** For what else a policy evaluates. */
  PolicyInput forExpressions(JsonNode params, CostBudget budget) {
    if (expressions == null) {
      expressions = input(namespace(METADATA), authorizer);
    }
    return expressions.with(params, budget.until(deadline));
  }

  /** For messages, which may not ask the authorizer. */
  PolicyInput forMessages(JsonNode params, CostBudget budget) {
    if (messages == null) {
      messages = input(namespace(METADATA), null);
    }
    return messages.with(params, budget.until(deadline));
  }

  /** For audit annotations, which may not ask the authorizer, and see more of the Namespace. */
  PolicyInput forAnnotations(JsonNode params) {
    if (annotations == null) {
      annotations = input(namespace(ALL_METADATA), null);
    }
    return annotations.with(params, CostBudget.ofObject().until(deadline));
  }

  private PolicyInput input(JsonNode namespaceObject, @Nullable Authorizer asked) {
    Map<String, JsonNode> values = new HashMap<>();
    values.put("object", object);
    values.put("oldObject", oldObject);
    values.put("request", request);
    values.put("namespaceObject", namespaceObject);
    return new PolicyInput(values, asked, CostBudget.ofObject());
  }
}
