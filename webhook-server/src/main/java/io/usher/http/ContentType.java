package io.usher.http;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which {@code Content-Type} a review may have. */
final class ContentType {

  static final String JSON = "application/json";

  private ContentType() {}

  /** JSON, with UTF-8 or no charset said. */
  static boolean isJson(@Nullable String value) {
    if (JSON.equals(value)) {
      return true;
    }
    if (value == null) {
      return false;
    }
    String[] parts = value.toLowerCase(Locale.ROOT).split(";", -1);
    if (!parts[0].strip().equals(JSON)) {
      return false;
    }
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      if (parameter.startsWith("charset=")
          && !parameter.substring("charset=".length()).replace("\"", "").equals("utf-8")) {
        return false;
      }
    }
    return true;
  }
}
