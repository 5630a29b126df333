package io.usher.webhook;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rule classes, or a builder's statements, that make no webhook. The message has every problem,
 * each on a line of its own.
 */
public final class InvalidWebhookException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  InvalidWebhookException(List<String> problems) {
    super(String.join("\n", problems));
  }

  InvalidWebhookException(String problem, @Nullable Throwable cause) {
    super(problem, cause);
  }
}
