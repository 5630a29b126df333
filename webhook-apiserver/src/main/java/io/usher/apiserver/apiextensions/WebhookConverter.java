package io.usher.apiserver.apiextensions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.admission.webhook.WebhookCallException;
import io.usher.apiserver.admission.webhook.WebhookCaller;
import io.usher.apiserver.admission.webhook.WebhookEndpoint;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GoText;
import io.usher.apiserver.api.Status;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * Converts by a webhook: a {@code ConversionReview} with all objects, whose answer is held to what
 * kube-apiserver demands of one.
 */
final class WebhookConverter implements VersionConversion.Converter {

  private static final String GROUP = "apiextensions.k8s.io/";
  private static final int TIMEOUT_SECONDS = 30;
  private static final String CALL_FAILED = "failed to call webhook: ";

  private final WebhookCaller caller;
  private final WebhookEndpoint endpoint;
  private final String reviewVersion;

  /**
   * @param name of the definition
   * @param webhook {@code spec.conversion.webhook}
   */
  WebhookConverter(WebhookCaller caller, String name, JsonNode webhook) {
    this.caller = caller;
    endpoint =
        new WebhookEndpoint(
            "conversion_webhook_for_" + name, webhook.path("clientConfig"), TIMEOUT_SECONDS);
    String version = "";
    for (JsonNode each : webhook.path("conversionReviewVersions")) {
      boolean known = each.asText().equals("v1") || each.asText().equals("v1beta1");
      version = version.isEmpty() && known ? each.asText() : version;
    }
    reviewVersion = version;
  }

  @Override
  public void convert(List<ObjectNode> objects, String apiVersion) {
    ObjectNode first = objects.get(0);
    try {
      JsonNode converted = ask(objects, apiVersion);
      if (converted.size() != objects.size()) {
        throw new ApiException(
            internal(
                first, " returned " + converted.size() + " objects, expected " + objects.size()));
      }
      for (int i = 0; i < objects.size(); i++) {
        take(objects.get(i), converted.get(i), apiVersion, i);
      }
    } catch (WebhookCallException e) {
      String problem = String.valueOf(e.getMessage());
      throw new ApiException(
          internal(
              first,
              " failed: "
                  + (problem.startsWith(CALL_FAILED)
                      ? problem.substring(CALL_FAILED.length())
                      : problem)));
    }
  }

  private static Status internal(ObjectNode object, String problem) {
    GroupVersionKind kind =
        GroupVersionKind.of(object.path("apiVersion").asText(), object.path("kind").asText());
    return new Status(
        500,
        "",
        "conversion webhook for " + kind.apiVersion() + ", Kind=" + kind.kind() + problem,
        null);
  }

  private JsonNode ask(List<ObjectNode> objects, String apiVersion) throws WebhookCallException {
    if (reviewVersion.isEmpty()) {
      throw new WebhookCallException("no supported conversion review versions");
    }
    String uid = UUID.randomUUID().toString();
    ObjectNode review = JsonNodeFactory.instance.objectNode();
    review.put("kind", "ConversionReview").put("apiVersion", GROUP + reviewVersion);
    ObjectNode request = review.putObject("request");
    ArrayNode sent =
        request.put("uid", uid).put("desiredAPIVersion", apiVersion).putArray("objects");
    objects.forEach(sent::add);
    JsonNode answer = caller.call(endpoint, review);
    JsonNode response = answer.path("response");
    if (reviewVersion.equals("v1") && !answer.path("apiVersion").asText().equals(GROUP + "v1")) {
      throw new WebhookCallException(
          "expected webhook response of "
              + GROUP
              + "v1, Kind=ConversionReview, got "
              + answer.path("apiVersion").asText()
              + ", Kind="
              + answer.path("kind").asText());
    }
    if (!response.isObject()) {
      throw new WebhookCallException("no response provided");
    }
    String answered = response.path("uid").asText();
    if (reviewVersion.equals("v1") && !answered.equals(uid)) {
      throw new WebhookCallException(
          "expected response.uid=" + GoText.quote(uid) + ", got " + GoText.quote(answered));
    }
    String status = response.path("result").path("status").asText();
    if (!status.equals("Success")) {
      String message = response.path("result").path("message").asText();
      throw new WebhookCallException(
          message.isEmpty()
              ? "response.result.status was '" + status + "', not 'Success'"
              : message);
    }
    JsonNode converted = response.path("convertedObjects");
    if (converted.isObject()) {
      throw new WebhookCallException(
          "response.convertedObjects is an object: answer with a list, also of one object");
    }
    return converted;
  }

  /** Takes an object over, with its own metadata but for labels and annotations. */
  private static void take(ObjectNode object, JsonNode converted, String apiVersion, int index) {
    String head = " returned invalid converted object at index " + index + ": ";
    String version = converted.path("apiVersion").asText();
    if (!version.equals(apiVersion)) {
      throw new ApiException(
          internal(
              object,
              head
                  + "invalid groupVersion (expected "
                  + apiVersion
                  + ", received "
                  + version
                  + ')'));
    }
    String kind = object.path("kind").asText();
    if (!converted.path("kind").asText().equals(kind)) {
      throw new ApiException(
          internal(
              object,
              head
                  + "invalid kind (expected "
                  + kind
                  + ", received "
                  + converted.path("kind").asText()
                  + ')'));
    }
    JsonNode metadata = converted.path("metadata");
    if (!metadata.isObject()) {
      throw new ApiException(
          internal(
              object,
              " returned invalid metadata in object at index "
                  + index
                  + ": missing metadata in converted object"));
    }
    ObjectNode own = (ObjectNode) object.path("metadata");
    for (String member : List.of("name", "namespace", "uid")) {
      if (!Objects.equals(own.get(member), metadata.get(member))) {
        throw new ApiException(
            internal(
                object,
                head
                    + "must have the same "
                    + (member.equals("uid") ? "UID" : member)
                    + ": "
                    + own.path(member).asText()
                    + " != "
                    + metadata.path(member).asText()));
      }
    }
    for (String member : List.of("labels", "annotations")) {
      JsonNode value = metadata.get(member);
      if (value == null || value.isNull()) {
        own.remove(member);
      } else {
        own.set(member, value);
      }
    }
    object.removeAll();
    object.setAll((ObjectNode) converted.deepCopy());
    object.set("metadata", own);
  }
}
