package io.usher.engine.authentication;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hides a token in what rules say. Libraries like to name what they could not read, and a part of a
 * JWT is enough to tell what is in it.
 */
final class TokenMask {

  private static final String MASK = "(token)";

  /** Shorter parts are words that may be in any text. */
  private static final int LEAST = 8;

  /** Causes that are looked at; a cycle ends there, too. */
  private static final int MOST_CAUSES = 16;

  private final List<String> secrets = new ArrayList<>();

  TokenMask(String token) {
    secrets.add(token);
    Arrays.stream(token.split("[.:]")).filter(part -> part.length() >= LEAST).forEach(secrets::add);
  }

  /** The text without the token and its parts. */
  String of(String text) {
    String masked = text;
    for (String secret : secrets) {
      masked = masked.replace(secret, MASK);
    }
    return masked;
  }

  /**
   * The same if neither it nor its causes tell the token, else one that tells where it happened.
   */
  Throwable of(Throwable thrown) {
    return tells(thrown, 0) ? masked(thrown, 0) : thrown;
  }

  private boolean tells(@Nullable Throwable thrown, int depth) {
    if (thrown == null || depth == MOST_CAUSES) {
      return thrown != null;
    }
    String text = String.valueOf(thrown);
    return !of(text).equals(text)
        || tells(thrown.getCause(), depth + 1)
        || Arrays.stream(thrown.getSuppressed()).anyMatch(each -> tells(each, depth + 1));
  }

  private Throwable masked(Throwable thrown, int depth) {
    Throwable cause = thrown.getCause();
    var masked =
        new MaskedException(
            of(String.valueOf(thrown)),
            cause == null || depth == MOST_CAUSES ? null : masked(cause, depth + 1));
    masked.setStackTrace(thrown.getStackTrace());
    return masked;
  }

  /** Stands for an exception whose text told a token. */
  private static final class MaskedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MaskedException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }

    @Override
    public String toString() {
      return String.valueOf(getMessage());
    }
  }
}
