package io.usher.cel;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Kubernetes' named formats of texts. */
final class FormatFunctions {

  private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  private static final String SUBDOMAIN = LABEL + "(\\." + LABEL + ")*";
  private static final String LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
  private static final String KEY = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
  private static final Map<String, Pattern> PATTERNS = compiled(LABEL, SUBDOMAIN, LABEL_1035, KEY);

  private static final Pattern UUID =
      Pattern.compile("(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}");
  private static final Pattern BASE64 =
      Pattern.compile(
          "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})");

  private static final int LABEL_LENGTH = 63;
  private static final int SUBDOMAIN_LENGTH = 253;

  private static final String ALPHANUMERIC = "must start and end with an alphanumeric character";

  private static final Map<String, Format> FORMATS = formats();

  private FormatFunctions() {}

  private interface Check {
    List<String> problems(String text);
  }

  /**
   * A format.
   *
   * @param regexSize as Kubernetes reckons what a check costs
   */
  record Format(String name, int regexSize, Check check) implements Values.Opaque {
    @Override
    public String typeName() {
      return "kubernetes.NamedFormat";
    }
  }

  static void addTo(Library library) {
    String type = "kubernetes.NamedFormat";
    FORMATS.forEach(
        (name, format) ->
            library.add("format.%1$s format.%1$s  %2$s".formatted(name, type), (a, m) -> format));
    library
        .add(
            "format-validate .validate " + type + ",string optional<list<string>>",
            (a, m) -> validate((Format) a[0], (String) a[1], m))
        .add(
            "format-named format.named string optional<" + type + ">",
            (a, m) -> Optional.ofNullable(FORMATS.get(a[0])));
  }

  private static Object validate(Format format, String text, Meter meter) {
    meter.step();
    List<String> problems = format.check().problems(text);
    return problems.isEmpty() ? Optional.empty() : Optional.of(problems);
  }

  private static Map<String, Format> formats() {
    var formats = new LinkedHashMap<String, Format>();
    add(formats, "dns1123Label", "DNS1123Label", 30, FormatFunctions::label);
    add(formats, "dns1123Subdomain", "DNS1123Subdomain", 60, FormatFunctions::subdomain);
    add(formats, "dns1035Label", "DNS1035Label", 30, FormatFunctions::label1035);
    add(formats, "qualifiedName", "QualifiedName", 60, FormatFunctions::qualified);
    add(formats, "dns1123LabelPrefix", "DNS1123LabelPrefix", 30, text -> label(prefix(text)));
    add(
        formats,
        "dns1123SubdomainPrefix",
        "DNS1123SubdomainPrefix",
        60,
        text -> subdomain(prefix(text)));
    add(formats, "dns1035LabelPrefix", "DNS1035LabelPrefix", 30, text -> label1035(prefix(text)));
    add(formats, "labelValue", "LabelValue", 40, FormatFunctions::labelValue);
    add(
        formats,
        "uri",
        "URI",
        1103,
        text ->
            UrlFunctions.parsed(text) instanceof Fault fault
                ? List.of(fault.message())
                : List.of());
    add(
        formats,
        "uuid",
        "uuid",
        72,
        text ->
            UUID.matcher(text).matches() ? List.of() : List.of("does not match the UUID format"));
    add(
        formats,
        "byte",
        "byte",
        84,
        text -> BASE64.matcher(text).matches() ? List.of() : List.of("invalid base64"));
    add(formats, "date", "date", DATE_TIME_REGEX, FormatFunctions::date);
    add(formats, "datetime", "datetime", DATE_TIME_REGEX, FormatFunctions::dateTime);
    return formats;
  }

  private static final int DATE_TIME_REGEX = 70;

  private static void add(
      Map<String, Format> formats, String key, String name, int regexSize, Check check) {
    formats.put(key, new Format(name, regexSize, check));
  }

  /** What ends in a dash may go on. */
  private static String prefix(String text) {
    return text.endsWith("-") && text.length() > 1
        ? text.substring(0, text.length() - 1) + 'a'
        : text;
  }

  private static Map<String, Pattern> compiled(String... patterns) {
    var compiled = new LinkedHashMap<String, Pattern>();
    for (String pattern : patterns) {
      compiled.put(pattern, Pattern.compile(pattern));
    }
    return compiled;
  }

  private static boolean matches(String text, String pattern) {
    return java.util.Objects.requireNonNull(PATTERNS.get(pattern)).matcher(text).matches();
  }

  private static String tooLong(int most) {
    return "must be no more than " + most + " bytes";
  }

  private static String notOfForm(String message, String pattern, String... examples) {
    return message
        + " (e.g. '"
        + String.join("',  or '", examples)
        + "', regex used for validation is '"
        + pattern
        + "')";
  }

  private static List<String> label(String text) {
    var problems = new ArrayList<String>();
    if (text.length() > LABEL_LENGTH) {
      problems.add(tooLong(LABEL_LENGTH));
    }
    if (text.length() > SUBDOMAIN_LENGTH || !matches(text, LABEL)) {
      problems.add(
          text.length() <= SUBDOMAIN_LENGTH && matches(text, SUBDOMAIN)
              ? "must not contain dots"
              : notOfForm(
                  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or"
                      + " '-', and "
                      + ALPHANUMERIC,
                  LABEL,
                  "my-name",
                  "123-abc"));
    }
    return problems;
  }

  private static List<String> subdomain(String text) {
    var problems = new ArrayList<String>();
    if (text.length() > SUBDOMAIN_LENGTH) {
      problems.add(tooLong(SUBDOMAIN_LENGTH));
    } else if (!matches(text, SUBDOMAIN)) {
      problems.add(
          notOfForm(
              "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters,"
                  + " '-' or '.', and "
                  + ALPHANUMERIC,
              SUBDOMAIN,
              "example.com"));
    }
    return problems;
  }

  private static List<String> label1035(String text) {
    var problems = new ArrayList<String>();
    if (text.length() > LABEL_LENGTH) {
      problems.add(tooLong(LABEL_LENGTH));
    }
    if (text.length() > SUBDOMAIN_LENGTH || !matches(text, LABEL_1035)) {
      problems.add(
          notOfForm(
              "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start"
                  + " with an alphabetic character, and end with an alphanumeric character",
              LABEL_1035,
              "my-name",
              "abc-123"));
    }
    return problems;
  }

  private static String key() {
    return notOfForm(
        "must consist of alphanumeric characters, '-', '_' or '.', and " + ALPHANUMERIC,
        KEY,
        "MyName",
        "my.name",
        "123-abc");
  }

  private static List<String> qualified(String text) {
    var problems = new ArrayList<String>();
    int slash = text.indexOf('/');
    String name = text.substring(slash + 1);
    if (name.indexOf('/') >= 0) {
      return List.of(
          "a valid label key "
              + key()
              + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
    }
    if (slash == 0) {
      problems.add("prefix part must be non-empty");
    } else if (slash > 0) {
      subdomain(text.substring(0, slash)).forEach(each -> problems.add("prefix part " + each));
    }
    if (name.isEmpty()) {
      problems.add("name part must be non-empty");
    } else if (name.length() > LABEL_LENGTH) {
      problems.add("name part " + tooLong(LABEL_LENGTH));
    }
    if (name.length() > SUBDOMAIN_LENGTH || !matches(name, KEY)) {
      problems.add("name part " + key());
    }
    return problems;
  }

  private static List<String> labelValue(String text) {
    var problems = new ArrayList<String>();
    if (text.length() > LABEL_LENGTH) {
      problems.add(tooLong(LABEL_LENGTH));
    }
    if (!text.isEmpty() && (text.length() > SUBDOMAIN_LENGTH || !matches(text, KEY))) {
      problems.add(
          notOfForm(
              "a valid label must be an empty string or consist of alphanumeric characters, '-',"
                  + " '_' or '.', and "
                  + ALPHANUMERIC,
              "(" + KEY + ")?",
              "MyValue",
              "my_value",
              "12345"));
    }
    return problems;
  }

  private static List<String> date(String text) {
    try {
      LocalDate.parse(text);
      return List.of();
    } catch (DateTimeException e) {
      return List.of("invalid date");
    }
  }

  private static List<String> dateTime(String text) {
    try {
      OffsetDateTime.parse(text.toUpperCase(java.util.Locale.ROOT));
      return List.of();
    } catch (DateTimeException e) {
      return List.of("invalid datetime");
    }
  }
}
