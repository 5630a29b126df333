package io.usher.testkit.apiserver;

/** How the API server reaches the rules. */
public enum WebhookTransport {
  /**
   * As in a cluster: the webhook server that {@code usher serve} runs, on a port of its own, called
   * over TLS by the CA bundle of the webhook configurations.
   */
  HTTPS,

  /** Without a socket between. What comes of a review is the same. */
  IN_PROCESS
}
