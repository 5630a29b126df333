package io.usher.apiserver.admission.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.admission.match.EvaluationException;
import io.usher.apiserver.admission.match.PolicyAuthorizer;
import io.usher.apiserver.admission.match.VersionedWrite;
import io.usher.apiserver.admission.match.WriteMatcher;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.Status;
import io.usher.cel.CostBudget;
import io.usher.cel.PolicyInput;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Whether a webhook is to be called for a write, and as which resource. */
final class WebhookMatcher {

  private final WriteMatcher matcher;
  private volatile @Nullable Authorizer authorizer;

  /** Knows Namespaces by their names; null where there is none. */
  WebhookMatcher(Function<String, @Nullable ObjectNode> namespaces) {
    matcher = new WriteMatcher(namespaces);
  }

  /** Knows from now on which resources of a server have the same objects, and whom it asks. */
  void join(Authorizer serversAuthorizer, ResourceRegistry types) {
    authorizer = serversAuthorizer;
    matcher.join(types);
  }

  /**
   * The call, or null where the webhook is not concerned. A failing namespace look-up counts only
   * for a webhook whose rules match.
   *
   * @throws ApiException 404 when the namespace is not there, 403 when a condition can't be
   *     evaluated and failures are not ignored
   */
  @Nullable Invocation match(Webhook webhook, AdmissionAttributes attributes) {
    if (!WriteMatcher.matchesObject(webhook.objectSelector(), attributes)) {
      return null;
    }
    ApiResource resource =
        matcher.resource(webhook.rules(), webhook.matchesEquivalent(), attributes);
    if (resource == null || !matcher.matchesNamespace(webhook.namespaceSelector(), attributes)) {
      return null;
    }
    var invocation = new Invocation(webhook, new VersionedWrite(attributes, resource));
    return holds(invocation) ? invocation : null;
  }

  private boolean holds(Invocation invocation) {
    Webhook webhook = invocation.webhook();
    if (webhook.matchConditions().isEmpty()) {
      return true;
    }
    try {
      return webhook.matchConditions().hold(input(invocation));
    } catch (EvaluationException e) {
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

  private PolicyInput input(Invocation invocation) {
    AdmissionAttributes attributes = invocation.attributes();
    Authorizer asked = authorizer;
    return new PolicyInput(
        invocation.variables(),
        asked == null ? null : new PolicyAuthorizer(asked, attributes.user()),
        CostBudget.ofMatchConditions().until(System.nanoTime() + attributes.nanosLeft()));
  }
}
