package io.usher.apiserver.admission.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Sends reviews to webhooks. Called by many threads at once. */
@FunctionalInterface
public interface WebhookCaller {

  /**
   * The answered AdmissionReview.
   *
   * @throws WebhookCallException when there is none within the webhook's timeout
   */
  JsonNode call(WebhookEndpoint webhook, ObjectNode review) throws WebhookCallException;
}
