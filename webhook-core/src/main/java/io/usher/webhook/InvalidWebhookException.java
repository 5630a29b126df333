package io.usher.webhook;

import java.util.List;

/** Rule classes, or a builder's statements, that make no webhook. The message has all problems. */
public final class InvalidWebhookException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  InvalidWebhookException(List<String> problems) {
    super(String.join("\n", problems));
  }
}
