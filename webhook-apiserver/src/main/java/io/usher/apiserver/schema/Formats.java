package io.usher.apiserver.schema;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The formats of texts that kube-apiserver checks in custom resources. */
final class Formats {

  private static final int MAX_HOST = 255;
  private static final int MAX_LABEL = 63;
  private static final int MAX_NAME = 253;

  /** No text of the other formats is longer, and longer ones cost time. */
  private static final int MAX_LENGTH = 2048;

  private static final Set<String> OF_INTEGERS = Set.of("int32", "int64");
  private static final Set<String> OF_NUMBERS = Set.of("float", "double");

  private static final String HEX = "[0-9a-f]";
  private static final String DECIMAL_BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

  private static final Pattern TIME =
      Pattern.compile("([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|[+-][0-9]{2}:[0-9]{2})");

  private static final Pattern HOST_LABEL =
      Pattern.compile("[a-zA-Z0-9\\pS\\pL]([a-zA-Z0-9\\-\\pS\\pL]*[a-zA-Z0-9\\pS\\pL])?");
  private static final Pattern TOP_LABEL = Pattern.compile("[a-zA-Z\\pL]{2,63}");
  private static final Pattern SHORT_NAME = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
  private static final Pattern LONG_NAME =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  /** By name without dashes, as kube-apiserver takes {@code date-time} and {@code datetime}. */
  private static final Map<String, Predicate<String>> CHECKS =
      Map.ofEntries(
          Map.entry("bsonobjectid", matching("(?i)" + HEX + "{24}")),
          Map.entry("uri", Addresses::isUri),
          Map.entry("email", Addresses::isEmail),
          Map.entry("hostname", Formats::isHostname),
          Map.entry("ipv4", Addresses::isIpv4),
          Map.entry("ipv6", Addresses::isIpv6),
          Map.entry("cidr", Addresses::isCidr),
          Map.entry("mac", Addresses::isMac),
          Map.entry("uuid", uuid(HEX + "{4}", HEX + "{4}")),
          Map.entry("uuid3", uuid("3" + HEX + "{3}", HEX + "{4}")),
          Map.entry("uuid4", uuid("4" + HEX + "{3}", "[89ab]" + HEX + "{3}")),
          Map.entry("uuid5", uuid("5" + HEX + "{3}", "[89ab]" + HEX + "{3}")),
          Map.entry("isbn", text -> Checksums.isIsbn10(text) || Checksums.isIsbn13(text)),
          Map.entry("isbn10", Checksums::isIsbn10),
          Map.entry("isbn13", Checksums::isIsbn13),
          Map.entry("creditcard", Checksums::isCreditCard),
          Map.entry("ssn", matching("[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}")),
          Map.entry("hexcolor", matching("#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")),
          Map.entry(
              "rgbcolor",
              matching("rgb\\(\\s*%1$s\\s*,\\s*%1$s\\s*,\\s*%1$s\\s*\\)".formatted(DECIMAL_BYTE))),
          Map.entry(
              "byte",
              matching(
                  "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})")),
          Map.entry("password", text -> true),
          Map.entry("date", Formats::isDate),
          Map.entry("duration", Durations::isDuration),
          Map.entry("datetime", Formats::isDateTime),
          Map.entry("k8sshortname", Formats::isShortName),
          Map.entry("k8slongname", Formats::isLongName));

  private static final Set<String> UNBOUNDED = Set.of("byte", "password", "uri");

  private Formats() {}

  private static Predicate<String> matching(String regex) {
    Pattern pattern = Pattern.compile(regex);
    return text -> pattern.matches(text);
  }

  private static Predicate<String> uuid(String third, String fourth) {
    return matching("(?i)%1$s{8}-?%1$s{4}-?%2$s-?%3$s-?%1$s{12}".formatted(HEX, third, fourth));
  }

  /** The same format, where it is checked for values of a type; else empty. */
  static String supported(String format, String type) {
    boolean known =
        switch (type) {
          case "", "string" -> CHECKS.containsKey(format.replace("-", ""));
          case "integer" -> OF_INTEGERS.contains(format);
          case "number" -> OF_NUMBERS.contains(format);
          default -> false;
        };
    return known ? format : "";
  }

  /** Whether a text has a format; any text has one that is not of texts. */
  static boolean accepts(String format, String text) {
    String name = format.replace("-", "");
    Predicate<String> check = CHECKS.get(name);
    return check == null
        || (text.length() <= MAX_LENGTH || UNBOUNDED.contains(name)) && check.test(text);
  }

  private static boolean isHostname(String text) {
    if (text.isEmpty() || text.length() > MAX_HOST) {
      return false;
    }
    String[] labels = text.split("\\.", -1);
    for (String label : labels) {
      if (label.length() > MAX_LABEL || !HOST_LABEL.matches(label)) {
        return false;
      }
    }
    return labels.length == 1 || TOP_LABEL.matches(labels[labels.length - 1]);
  }

  private static boolean isDate(String text) {
    try {
      return text.length() == 10 && LocalDate.parse(text) != null;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static boolean isDateTime(String text) {
    String[] parts = text.toLowerCase(Locale.ROOT).split("t");
    if (parts.length < 2 || !isDate(parts[0])) {
      return false;
    }
    Matcher matcher = TIME.matcher(parts[1]);
    return matcher.matches()
        && Integer.parseInt(matcher.group(1)) < 24
        && Integer.parseInt(matcher.group(2)) < 60
        && Integer.parseInt(matcher.group(3)) < 60;
  }

  private static boolean isShortName(String text) {
    return text.length() <= MAX_LABEL && SHORT_NAME.matches(text);
  }

  private static boolean isLongName(String text) {
    return text.length() <= MAX_NAME && LONG_NAME.matches(text);
  }
}
