package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.node.TextNode;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as Kubernetes' {@code metav1.Time} and {@code MicroTime} read and write them. */
final class Times {

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'");
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'");

  /** A piece of Go's layout, and what may stand for it. */
  private record Piece(String layout, Pattern form) {
    static Piece of(String layout, String form) {
      return new Piece(layout, Pattern.compile(form));
    }
  }

  private static final List<Piece> RFC_3339 =
      List.of(
          Piece.of("2006", "\\d{4}"),
          Piece.of("-", "-"),
          Piece.of("01", "\\d\\d"),
          Piece.of("-", "-"),
          Piece.of("02", "\\d\\d"),
          Piece.of("T", "T"),
          Piece.of("15", "\\d\\d"),
          Piece.of(":", ":"),
          Piece.of("04", "\\d\\d"),
          Piece.of(":", ":"),
          Piece.of("05", "\\d\\d(?:[.,]\\d+)?"),
          Piece.of("Z07:00", "Z|[-+]\\d\\d:\\d\\d"));

  private Times() {}

  static TextNode seconds(String text) {
    return TextNode.valueOf(parse(text, "2006-01-02T15:04:05Z07:00").format(SECONDS));
  }

  static TextNode micros(String text) {
    return TextNode.valueOf(parse(text, "2006-01-02T15:04:05.000000Z07:00").format(MICROS));
  }

  /** The time in UTC, or the error of Go's {@code time.Parse}. */
  private static OffsetDateTime parse(String text, String layout) {
    String failure = "parsing time \"" + text + "\" as \"" + layout + "\": cannot parse \"";
    int at = 0;
    for (Piece piece : RFC_3339) {
      Matcher matcher = piece.form.matcher(text).region(at, text.length());
      if (!matcher.lookingAt()) {
        throw new DecodingException(failure + text.substring(at) + "\" as \"" + piece.layout + '"');
      }
      at = matcher.end();
    }
    if (at < text.length()) {
      throw new DecodingException(
          "parsing time \"" + text + "\": extra text: \"" + text.substring(at) + '"');
    }
    try {
      return OffsetDateTime.parse(text.replace(',', '.')).withOffsetSameInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw new DecodingException("parsing time \"" + text + "\": day out of range");
    }
  }
}
