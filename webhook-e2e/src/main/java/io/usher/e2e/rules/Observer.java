package io.usher.e2e.rules;

import static io.usher.admission.Operation.CONNECT;
import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.DELETE;
import static io.usher.admission.Operation.UPDATE;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.GroupVersionKind;
import io.usher.admission.GroupVersionResource;
import io.usher.rule.Decision;
import io.usher.rule.FailurePolicy;
import io.usher.rule.Mutating;
import io.usher.rule.RuleContext;
import io.usher.rule.Validating;
import io.usher.rule.Webhook;
import org.jspecify.annotations.Nullable;

/** Tells the client what it sees, of every resource and operation. */
@Webhook(name = "observer.e2e.usher.io", validatingFailurePolicy = FailurePolicy.FAIL)
public final class Observer {

  @Mutating(
      operations = {CREATE, UPDATE, DELETE, CONNECT},
      resource = {"*", "*/*"})
  void mutating(AdmissionRequest request, RuleContext context) {
    context.warn("mutating " + seen(request));
  }

  /** Denies a connection, as nobody is there to connect to. */
  @Validating(
      operations = {CREATE, UPDATE, DELETE, CONNECT},
      resource = {"*", "*/*"})
  Decision validating(AdmissionRequest request, RuleContext context) {
    context.warn("validating " + seen(request));
    return request.operation() == CONNECT ? Decision.deny("observed") : Decision.allow();
  }

  private static String seen(AdmissionRequest request) {
    return String.join(
        " ",
        request.operation().name(),
        text(request.kind()),
        text(request.resource(), request.subResource()),
        "as",
        text(request.requestKind()),
        text(request.requestResource(), request.requestSubResource()),
        "name=" + request.name(),
        "namespace=" + request.namespace(),
        "object=" + kind(request.object()),
        "oldObject=" + kind(request.oldObject()),
        "options=" + kind(request.options()));
  }

  private static String text(GroupVersionKind kind) {
    return kind.group() + "/" + kind.version() + "/" + kind.kind();
  }

  private static String text(GroupVersionResource resource, String subresource) {
    String path = subresource.isEmpty() ? "" : "/" + subresource;
    return resource.group() + "/" + resource.version() + "/" + resource.resource() + path;
  }

  private static String kind(@Nullable ObjectNode object) {
    return object == null ? "none" : object.path("kind").asText();
  }
}
