package io.usher.apiserver.schema;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.regex.Pattern;

/** The formats of texts that kube-apiserver checks in custom resources and that are common. */
final class Formats {

  private static final Pattern UUID =
      Pattern.compile("(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}");
  // no text of these formats is longer, and longer ones cost time
  private static final int MAX_LENGTH = 64;

  private Formats() {}

  /** Whether a text has a format; one that is not known here has any. */
  static boolean accepts(String format, String text) {
    return switch (format) {
      case "date-time", "date", "uuid" -> text.length() <= MAX_LENGTH && is(format, text);
      case "byte" -> isBase64(text);
      default -> true;
    };
  }

  private static boolean is(String format, String text) {
    if (format.equals("uuid")) {
      return UUID.matcher(text).matches();
    }
    try {
      if (format.equals("date")) {
        LocalDate.parse(text);
      } else {
        OffsetDateTime.parse(text);
      }
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static boolean isBase64(String text) {
    try {
      Base64.getMimeDecoder().decode(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
