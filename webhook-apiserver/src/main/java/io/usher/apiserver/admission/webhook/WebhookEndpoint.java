package io.usher.apiserver.admission.webhook;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Where a webhook is.
 *
 * @param name the entry's name
 * @param clientConfig as the configuration writes it: {@code url} or {@code service}, and {@code
 *     caBundle}
 * @param timeoutSeconds how long it may take to answer
 */
public record WebhookEndpoint(String name, JsonNode clientConfig, int timeoutSeconds) {}
