package io.usher.apiserver.admission.webhook;

/** A call of a webhook failed, so that its failure policy decides. Carries no stack trace. */
public final class WebhookCallException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The message is what kube-apiserver says behind {@code failed calling webhook "NAME": }. */
  public WebhookCallException(String message) {
    super(message, null, false, false);
  }

  /** The webhook answered something else than 2xx. */
  public static WebhookCallException answered(int code, byte[] body) {
    return new WebhookCallException("failed to call webhook: " + HttpFailure.message(code, body));
  }
}
