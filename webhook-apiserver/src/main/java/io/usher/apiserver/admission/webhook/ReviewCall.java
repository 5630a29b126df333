package io.usher.apiserver.admission.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GoText;
import io.usher.apiserver.api.Status;
import io.usher.patch.JsonPatch;
import io.usher.patch.PatchException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Calls a webhook, and holds its answer to what kube-apiserver demands of one. */
final class ReviewCall {

  private static final String GROUP = "admission.k8s.io";
  private static final List<String> VERSIONS = List.of("v1", "v1beta1");
  private static final int BAD_REQUEST = 400;

  private final WebhookCaller caller;
  private final JsonMapper json = new JsonMapper();

  ReviewCall(WebhookCaller caller) {
    this.caller = caller;
  }

  /**
   * What a webhook answered.
   *
   * @param refusal null where it allows
   * @param patch empty where it changes nothing
   * @param auditAnnotations by their keys, which begin with the webhook's name
   */
  record Answer(
      @Nullable Status refusal,
      JsonPatch patch,
      List<String> warnings,
      Map<String, String> auditAnnotations) {

    private static final JsonPatch NO_PATCH = JsonPatch.parse(JsonNodeFactory.instance.arrayNode());

    static Answer refusing(Status refusal) {
      return new Answer(refusal, NO_PATCH, List.of(), Map.of());
    }
  }

  /** Makes the call; a dry run is refused where the webhook has side effects in it. */
  Answer call(Invocation invocation, boolean mutating) throws WebhookCallException {
    Webhook webhook = invocation.webhook();
    if (invocation.attributes().dryRun() && !webhook.dryRuns()) {
      return Answer.refusing(
          Status.badRequest(
              "admission webhook " + GoText.quote(webhook.name()) + " does not support dry run"));
    }
    String version =
        webhook.reviewVersions().stream()
            .filter(VERSIONS::contains)
            .findFirst()
            .orElseThrow(
                () ->
                    new WebhookCallException(
                        "could not create admission objects: webhook does not accept known"
                            + " AdmissionReview versions (v1, v1beta1)"));
    String uid = UUID.randomUUID().toString();
    ObjectNode review = JsonNodeFactory.instance.objectNode();
    review.put("kind", "AdmissionReview").put("apiVersion", GROUP + '/' + version);
    review.set("request", invocation.request(uid));
    JsonNode answered = caller.call(webhook.endpoint(), review);
    try {
      return answer(webhook, answered, uid, version, mutating);
    } catch (InvalidAnswerException e) {
      throw new WebhookCallException("received invalid webhook response: " + e.getMessage());
    }
  }

  private Answer answer(
      Webhook webhook, JsonNode review, String uid, String version, boolean mutating)
      throws InvalidAnswerException, WebhookCallException {
    JsonNode response = review.path("response");
    if (!response.isObject()) {
      throw new InvalidAnswerException("webhook response was absent");
    }
    if (version.equals("v1")) {
      checkHead(review, response, uid);
      checkPatch(response, mutating);
    }
    var warnings = new ArrayList<String>();
    response.path("warnings").forEach(each -> warnings.add(each.asText()));
    var annotations = new LinkedHashMap<String, String>();
    response
        .path("auditAnnotations")
        .properties()
        .forEach(
            each ->
                annotations.put(webhook.name() + '/' + each.getKey(), each.getValue().asText()));
    boolean allowed = response.path("allowed").asBoolean();
    return new Answer(
        allowed ? null : refusal(webhook, response.path("status")),
        allowed && mutating ? patch(response) : Answer.NO_PATCH,
        warnings,
        annotations);
  }

  private static void checkHead(JsonNode review, JsonNode response, String uid)
      throws InvalidAnswerException {
    String answeredUid = response.path("uid").asText();
    if (!answeredUid.equals(uid)) {
      throw new InvalidAnswerException(
          "expected response.uid=" + GoText.quote(uid) + ", got " + GoText.quote(answeredUid));
    }
    String apiVersion = review.path("apiVersion").asText();
    String kind = review.path("kind").asText();
    if (!apiVersion.equals(GROUP + "/v1") || !kind.equals("AdmissionReview")) {
      throw new InvalidAnswerException(
          "expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got "
              + apiVersion
              + ", Kind="
              + kind);
    }
  }

  private static void checkPatch(JsonNode response, boolean mutating)
      throws InvalidAnswerException {
    boolean patch = !response.path("patch").asText().isEmpty();
    boolean type = response.hasNonNull("patchType");
    if (!mutating && patch) {
      throw new InvalidAnswerException("validating webhook may not return response.patch");
    }
    if (!mutating && type) {
      throw new InvalidAnswerException("validating webhook may not return response.patchType");
    }
    if (patch && !type) {
      throw new InvalidAnswerException(
          "webhook returned response.patch but not response.patchType");
    }
    if (type && !patch) {
      throw new InvalidAnswerException(
          "webhook returned response.patchType but not response.patch");
    }
  }

  private JsonPatch patch(JsonNode response) throws WebhookCallException {
    if (response.path("patch").asText().isEmpty()) {
      return Answer.NO_PATCH;
    }
    String type = response.path("patchType").asText("JSONPatch");
    if (!type.equals("JSONPatch")) {
      throw new WebhookCallException("unsupported patch type " + GoText.quote(type));
    }
    try {
      return JsonPatch.parse(json.readTree(response.path("patch").binaryValue()));
    } catch (JsonProcessingException e) {
      throw new WebhookCallException(
          "received undecodable patch in webhook response: " + e.getOriginalMessage());
    } catch (IOException | PatchException e) {
      throw new WebhookCallException(
          "received undecodable patch in webhook response: " + e.getMessage());
    }
  }

  /** The webhook's own status, which can't say that all is well. */
  private static Status refusal(Webhook webhook, JsonNode status) {
    String denied = "admission webhook " + GoText.quote(webhook.name()) + " denied the request";
    String message = status.path("message").asText();
    String reason = status.path("reason").asText();
    int code = Math.max(status.path("code").asInt(), BAD_REQUEST);
    String why = message.isEmpty() ? reason : message;
    return new Status(
        code,
        reason,
        why.isEmpty() ? denied + " without explanation" : denied + ": " + why,
        details(status.path("details")));
  }

  private static Status.@Nullable Details details(JsonNode json) {
    if (!json.isObject()) {
      return null;
    }
    var causes = new ArrayList<Status.Cause>();
    for (JsonNode cause : json.path("causes")) {
      causes.add(
          new Status.Cause(
              cause.path("reason").asText(),
              cause.path("message").asText(),
              cause.path("field").asText()));
    }
    return new Status.Details(
        json.path("name").asText(),
        json.path("group").asText(),
        json.path("kind").asText(),
        json.path("uid").asText(),
        causes,
        json.path("retryAfterSeconds").asInt());
  }

  private static final class InvalidAnswerException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidAnswerException(String message) {
      super(message);
    }
  }
}
