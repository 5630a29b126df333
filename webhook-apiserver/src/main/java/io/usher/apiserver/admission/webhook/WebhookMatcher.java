package io.usher.apiserver.admission.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.LabelSelectors;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.api.Status;
import io.usher.cel.ConditionException;
import io.usher.rule.LabelSelector;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Whether a webhook is to be called for a write, and in which version. */
final class WebhookMatcher {

  private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");

  private final Function<String, @Nullable ObjectNode> namespaces;

  /** Knows Namespaces by their names; null where there is none. */
  WebhookMatcher(Function<String, @Nullable ObjectNode> namespaces) {
    this.namespaces = namespaces;
  }

  /** The Namespaces of a store. */
  static Function<String, @Nullable ObjectNode> namespacesOf(ObjectStore store) {
    return name -> store.get(NAMESPACES, "", name);
  }

  /**
   * The call, or null where the webhook is not concerned. A failing namespace look-up counts only
   * for a webhook whose rules match.
   *
   * @throws ApiException 404 when the namespace is not there, 403 when a condition can't be
   *     evaluated and failures are not ignored
   */
  @Nullable Invocation match(Webhook webhook, AdmissionAttributes attributes) {
    if (!matchesObject(webhook.objectSelector(), attributes)) {
      return null;
    }
    ServedVersion version = version(webhook, attributes);
    if (version == null || !matchesNamespace(webhook.namespaceSelector(), attributes)) {
      return null;
    }
    var invocation = new Invocation(webhook, attributes, version);
    return holds(invocation) ? invocation : null;
  }

  /** The request's own version before another one of the same resource. */
  private static @Nullable ServedVersion version(Webhook webhook, AdmissionAttributes attributes) {
    ServedVersion requested = attributes.resource().version();
    for (WebhookRule rule : webhook.rules()) {
      if (rule.matches(attributes, requested.name())) {
        return requested;
      }
    }
    if (!webhook.matchesEquivalent()) {
      return null;
    }
    for (WebhookRule rule : webhook.rules()) {
      for (ServedVersion version : attributes.resource().type().versions()) {
        if (rule.matches(attributes, version.name())) {
          return version;
        }
      }
    }
    return null;
  }

  private static boolean matchesObject(LabelSelector selector, AdmissionAttributes attributes) {
    return selector.requirements().isEmpty()
        || matches(selector, attributes.object())
        || matches(selector, attributes.oldObject());
  }

  private static boolean matches(LabelSelector selector, @Nullable ObjectNode object) {
    return object != null && selector.matches(LabelSelectors.labels(labels(object)));
  }

  private static JsonNode labels(JsonNode object) {
    return object.path("metadata").path("labels");
  }

  private boolean matchesNamespace(LabelSelector selector, AdmissionAttributes attributes) {
    boolean isNamespace = attributes.info().groupResource().equals(NAMESPACES);
    if (selector.requirements().isEmpty() || attributes.namespace().isEmpty() && !isNamespace) {
      return true;
    }
    ObjectNode namespace = attributes.object();
    if (!isNamespace
        || namespace == null
        || attributes.operation() == Operation.DELETE
        || !attributes.info().subresource().isEmpty()) {
      namespace = namespaces.apply(attributes.namespace());
    }
    if (namespace == null) {
      throw new ApiException(Status.notFound(NAMESPACES, attributes.namespace()));
    }
    return selector.matches(LabelSelectors.labels(labels(namespace)));
  }

  private static boolean holds(Invocation invocation) {
    Webhook webhook = invocation.webhook();
    if (webhook.matchConditions().isEmpty()) {
      return true;
    }
    try {
      return webhook.matchConditions().hold(invocation.variables());
    } catch (ConditionException e) {
      if (webhook.ignoresFailures()) {
        return false;
      }
      AdmissionAttributes attributes = invocation.attributes();
      throw new ApiException(
          Status.forbidden(
              attributes.info().groupResource(),
              attributes.name(),
              String.valueOf(e.getMessage())));
    }
  }
}
