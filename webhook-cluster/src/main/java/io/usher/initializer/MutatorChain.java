package io.usher.initializer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionResource;
import io.usher.admission.Operation;
import io.usher.admission.UserInfo;
import io.usher.apiserver.admission.webhook.MutatingWebhooks;
import io.usher.apiserver.admission.webhook.WebhookCaller;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.Scope;
import io.usher.apiserver.api.ServedVersion;
import io.usher.engine.admission.ReviewBody;
import io.usher.write.MergePatch;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The mutators, asked for objects that exist: each webhook whose rules, selectors and conditions
 * match is called, in order, as kube-apiserver calls it for an update that changes nothing.
 * Thread-safe; computes one object at a time.
 */
public final class MutatorChain {

  /** Numbers stay as they are written. */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final int NOT_FOUND = 404;
  private static final int INTERNAL_ERROR = 500;

  /** Whose controller replaces the Pods when their template changes. */
  private static final Set<String> ROLLED_OUT =
      Set.of("deployments.apps", "statefulsets.apps", "daemonsets.apps");

  private final MutatingWebhooks webhooks;
  private final Function<String, @Nullable ObjectNode> namespaces;
  private final UserInfo user;
  private final RuleChanges changes;

  /**
   * A chain of the webhooks of these configurations.
   *
   * @param configurations as the API server would have them, of what {@link
   *     io.usher.webhook.WebhookRegistration#initializing} gives
   * @param caller calls them, in this process, and tells {@code changes}
   * @param namespaces Namespaces by name, null where there is none
   * @param user who changes the objects
   * @throws IllegalArgumentException when a condition can't be evaluated
   */
  public MutatorChain(
      List<ObjectNode> configurations,
      WebhookCaller caller,
      Function<String, @Nullable ObjectNode> namespaces,
      UserInfo user,
      RuleChanges changes) {
    this.webhooks = new MutatingWebhooks(namespaces, caller, configurations);
    this.namespaces = namespaces;
    this.user = user;
    this.changes = changes;
  }

  /** What is to be done with an object. */
  public synchronized Plan plan(GroupVersionResource resource, ObjectNode object) {
    ObjectKey key = ObjectKey.of(resource, object);
    if (object.path("metadata").hasNonNull("deletionTimestamp")) {
      return new Plan.Left(key, Outcome.DELETING, "it is being deleted");
    }
    try {
      return plan(key, object);
    } catch (ApiException e) {
      int code = e.status().code();
      Outcome outcome =
          code == NOT_FOUND
              ? Outcome.GONE
              : code < INTERNAL_ERROR ? Outcome.DENIED : Outcome.FAILED;
      return new Plan.Left(key, outcome, String.valueOf(e.getMessage()));
    } catch (FailedRuleException | UncheckedIOException e) {
      return new Plan.Left(key, Outcome.FAILED, String.valueOf(e.getMessage()));
    }
  }

  private Plan plan(ObjectKey key, ObjectNode before) {
    changes.clear();
    ObjectNode after = admitted(key, before);
    if (after.equals(before)) {
      return new Plan.Right(key);
    }
    List<String> rules = changes.changed();
    String owner = owner(before);
    if (!owner.isEmpty()) {
      return new Plan.Left(
          key,
          Outcome.OWNED,
          owner + " maintains it: let " + String.join(", ", rules) + " change that instead");
    }
    ObjectNode namespace = key.namespace().isEmpty() ? null : namespaces.apply(key.namespace());
    if (namespace != null && namespace.path("metadata").hasNonNull("deletionTimestamp")) {
      return new Plan.Left(key, Outcome.GONE, "its Namespace is being deleted");
    }
    boolean idempotent = admitted(key, after).equals(after);
    return new Plan.Change(patch(key, before, after, rules), before, after, idempotent);
  }

  /** The object as it would be stored. */
  private ObjectNode admitted(ObjectKey key, ObjectNode object) {
    var attributes = attributes(key, object);
    webhooks.admit(attributes);
    boolean failedOpen =
        attributes.auditAnnotations().keySet().stream().anyMatch(k -> k.startsWith("failed-open."));
    if (failedOpen) {
      throw new FailedRuleException(String.join("; ", changes.failures()));
    }
    return attributes.written();
  }

  private AdmissionAttributes attributes(ObjectKey key, ObjectNode object) {
    GroupVersionResource resource = key.resource();
    ServedVersion version = ServedVersion.of(resource.version());
    boolean namespaced = !key.namespace().isEmpty();
    ResourceType type =
        ResourceType.builder(resource.group(), key.kind().kind())
            .plural(resource.resource())
            .scope(namespaced ? Scope.NAMESPACED : Scope.CLUSTER)
            .version(version)
            .build();
    boolean isNamespace = resource.group().isEmpty() && resource.resource().equals("namespaces");
    var info =
        new RequestInfo(
            true,
            "/" + key.path(),
            "update",
            resource.group(),
            resource.version(),
            isNamespace ? key.name() : key.namespace(),
            resource.resource(),
            "",
            key.name(),
            List.of(resource.resource(), key.name()));
    return new AdmissionAttributes(
        new ApiResource(type, version),
        info,
        user,
        Operation.UPDATE,
        key.name(),
        object,
        object,
        Objects.requireNonNull(ReviewBody.options(Operation.UPDATE)),
        true);
  }

  /** What controls the object, {@code ReplicaSet web}; empty when nothing does. */
  private static String owner(ObjectNode object) {
    for (JsonNode owner : object.at("/metadata/ownerReferences")) {
      if (owner.path("controller").asBoolean()) {
        return owner.path("kind").asText() + " " + owner.path("name").asText();
      }
    }
    return "";
  }

  private static ObjectPatch patch(
      ObjectKey key, ObjectNode before, ObjectNode after, List<String> rules) {
    MergePatch change = MergePatch.between(before, after);
    boolean restarts =
        ROLLED_OUT.contains(key.resource().resource() + "." + key.resource().group())
            && !before.at("/spec/template").equals(after.at("/spec/template"));
    return new ObjectPatch(
        key,
        before.at("/metadata/resourceVersion").asText(),
        change.mediaType(),
        copy(change.patch()),
        rules,
        restarts,
        FieldManagers.warnings(before));
  }

  /** One that waits to be sent, and must not keep the whole object's bytes until then. */
  private static ObjectNode copy(ObjectNode patch) {
    try {
      return (ObjectNode) JSON.readTree(patch.toString());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("read a patch that was written", e);
    }
  }

  /** A rule failed, and the failure policy would let the object pass without it. */
  private static final class FailedRuleException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    FailedRuleException(String message) {
      super(message);
    }
  }
}
