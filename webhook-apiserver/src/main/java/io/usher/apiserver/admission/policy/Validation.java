package io.usher.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.admission.match.Refusal;
import io.usher.apiserver.admission.policy.ParamSource.ParamResource;
import io.usher.apiserver.admission.policy.PolicySource.Bound;
import io.usher.apiserver.admission.policy.ValidatingProgram.AuditAnnotation;
import io.usher.apiserver.admission.policy.ValidatingProgram.Failure;
import io.usher.apiserver.admission.policy.ValidatingProgram.Result;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.Status;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The validating policies about one write. For one thread. */
final class Validation {

  private static final String FAILURE = "validation.policy.admission.k8s.io/validation_failure";

  /** As long as Kubernetes lets the value of an audit annotation be, in bytes. */
  private static final int MAX_ANNOTATION = 10 * 1024;

  private final PolicyRun run;
  private final AdmissionAttributes attributes;
  private @Nullable Status denial;

  Validation(PolicyContext context, AdmissionAttributes attributes) {
    run = new PolicyRun(context, attributes, 0);
    this.attributes = attributes;
  }

  /** Evaluates a policy, if it is about the write, with each of its bindings that are. */
  void evaluate(Bound<ValidatingProgram> bound) {
    Policy<ValidatingProgram> policy = bound.policy();
    ApiResource resource;
    ParamResource paramResource;
    try {
      resource = run.match(policy.constraints());
      if (resource == null) {
        return;
      }
      paramResource = run.paramResource(policy);
    } catch (ConfigurationException e) {
      misconfigured(policy, null, "failed to configure policy: " + e.getMessage());
      return;
    }
    Map<String, Set<String>> annotations = new LinkedHashMap<>();
    for (PolicyBinding binding : bound.bindings()) {
      try {
        if (run.matches(binding)) {
          for (JsonNode params : run.params(policy, binding, paramResource)) {
            PolicyWrite write = write(resource);
            run.tell("ValidatingAdmissionPolicy", policy, binding);
            Result result = policy.compiled().evaluate(write, params, policy.ignoresFailures());
            result.failures().forEach(each -> act(policy, binding, each));
            result.annotations().forEach(each -> note(policy, binding, each, annotations));
          }
        }
      } catch (ConfigurationException e) {
        misconfigured(policy, binding, "failed to configure binding: " + e.getMessage());
      }
    }
    annotations.forEach(
        (key, values) -> annotate(policy.name() + '/' + key, String.join(", ", values)));
  }

  private PolicyWrite write(ApiResource resource) throws ConfigurationException {
    try {
      return run.write(resource);
    } catch (ConfigurationException e) {
      throw new ConfigurationException("failed to convert object version: " + e.getMessage());
    }
  }

  private void misconfigured(Policy<?> policy, @Nullable PolicyBinding binding, String message) {
    if (!policy.ignoresFailures()) {
      deny(policy, binding, message, "");
    }
  }

  private void act(Policy<?> policy, PolicyBinding binding, Failure failure) {
    for (String action : binding.actions()) {
      switch (action) {
        case "Deny" -> deny(policy, binding, failure.message(), failure.reason());
        case "Audit" -> annotate(FAILURE, failure(binding, failure));
        case "Warn" ->
            attributes.warn(
                "Validation failed for ValidatingAdmissionPolicy '"
                    + policy.name()
                    + "' with binding '"
                    + binding.name()
                    + "': "
                    + failure.message());
        default -> {
          // Nobody can write another one.
        }
      }
    }
  }

  private static String failure(PolicyBinding binding, Failure failure) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    ObjectNode json = list.addObject();
    json.put("message", failure.message());
    json.put("policy", binding.policy());
    json.put("binding", binding.name());
    json.put("expressionIndex", failure.index());
    binding.actions().forEach(json.putArray("validationActions")::add);
    return list.toString();
  }

  private void note(
      Policy<?> policy,
      PolicyBinding binding,
      AuditAnnotation annotation,
      Map<String, Set<String>> annotations) {
    if (!annotation.error().isEmpty()) {
      deny(policy, binding, annotation.error(), "");
    } else if (!annotation.value().isEmpty()) {
      annotations
          .computeIfAbsent(annotation.key(), absent -> new LinkedHashSet<>())
          .add(cut(annotation.value()));
    }
  }

  private static String cut(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return bytes.length <= MAX_ANNOTATION
        ? value
        : new String(bytes, 0, MAX_ANNOTATION, StandardCharsets.UTF_8);
  }

  /** The first value of a key stays. */
  private void annotate(String key, String value) {
    if (!attributes.auditAnnotations().containsKey(key)) {
      attributes.annotateAudit(key, value);
    }
  }

  private void deny(
      Policy<?> policy, @Nullable PolicyBinding binding, String message, String reason) {
    if (denial != null) {
      return;
    }
    String text =
        "ValidatingAdmissionPolicy '"
            + policy.name()
            + (binding == null ? "'" : "' with binding '" + binding.name() + "'")
            + " denied request: "
            + message;
    Status forbidden = Refusal.status(attributes, text);
    String shown = reason.isEmpty() ? "Invalid" : reason;
    denial = forbidden.because(code(shown), shown, List.of(new Status.Cause("", text, "")));
  }

  private static int code(String reason) {
    return switch (reason) {
      case "Forbidden" -> 403;
      case "Unauthorized" -> 401;
      case "RequestEntityTooLarge" -> 413;
      default -> 422;
    };
  }

  /**
   * Refuses the write where a policy denies it.
   *
   * @throws ApiException with the first denial
   */
  void end() {
    if (denial != null) {
      throw new ApiException(denial);
    }
  }
}
