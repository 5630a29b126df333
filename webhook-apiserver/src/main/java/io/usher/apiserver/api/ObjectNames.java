package io.usher.apiserver.api;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The forms of object names, with the texts of k8s.io/apimachinery's {@code util/validation}. Each
 * method gives what is wrong with a name, nothing when it is right. A prefix, {@code generateName},
 * may end with dashes.
 */
public final class ObjectNames {

  private static final int MAX_SUBDOMAIN = 253;
  private static final int MAX_LABEL = 63;

  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
  private static final Pattern LABEL_1035 = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");

  private static final Pattern PART = Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
  private static final String PART_FORM =
      "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
          + " alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for"
          + " validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
  private static final Pattern LABEL_VALUE =
      Pattern.compile("(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?");
  private static final String LABEL_VALUE_FORM =
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or"
          + " '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or"
          + " 'my_value',  or '12345', regex used for validation is"
          + " '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

  private ObjectNames() {}

  /** A subdomain of RFC 1123: most kinds. */
  public static List<String> subdomainProblems(String name, boolean prefix) {
    return problems(
        name,
        prefix,
        MAX_SUBDOMAIN,
        SUBDOMAIN,
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or"
            + " '.', and must start and end with an alphanumeric character (e.g. 'example.com',"
            + " regex used for validation is"
            + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')");
  }

  /** A label of RFC 1123: Namespaces. */
  public static List<String> labelProblems(String name, boolean prefix) {
    if (name.length() <= MAX_LABEL && name.contains(".") && SUBDOMAIN.matcher(name).matches()) {
      return List.of("must not contain dots");
    }
    return problems(
        name,
        prefix,
        MAX_LABEL,
        LABEL,
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and"
            + " must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc',"
            + " regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')");
  }

  /** A label of RFC 1035: Services. */
  public static List<String> label1035Problems(String name, boolean prefix) {
    return problems(
        name,
        prefix,
        MAX_LABEL,
        LABEL_1035,
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an"
            + " alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or"
            + " 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')");
  }

  /** What may be a segment of a path: RBAC's kinds. */
  public static List<String> pathSegmentProblems(String name, boolean prefix) {
    if (!prefix && (name.equals(".") || name.equals(".."))) {
      return List.of("may not be '" + name + "'");
    }
    for (char bad : new char[] {'/', '%'}) {
      if (name.indexOf(bad) >= 0) {
        return List.of("may not contain '" + bad + "'");
      }
    }
    return List.of();
  }

  /** A name with an optional prefix that is a subdomain: a label's key, and others. */
  public static List<String> qualifiedNameProblems(String value) {
    String[] parts = value.split("/", -1);
    if (parts.length > 2) {
      return List.of(
          "a valid label key "
              + PART_FORM
              + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
    }
    var problems = new ArrayList<String>();
    if (parts.length == 2) {
      if (parts[0].isEmpty()) {
        problems.add("prefix part must be non-empty");
      } else {
        subdomainProblems(parts[0], false).forEach(each -> problems.add("prefix part " + each));
      }
    }
    String name = parts[parts.length - 1];
    if (name.isEmpty()) {
      problems.add("name part must be non-empty");
    } else if (name.length() > MAX_LABEL) {
      problems.add("name part must be no more than " + MAX_LABEL + " bytes");
    }
    if (!PART.matcher(name).matches()) {
      problems.add("name part " + PART_FORM);
    }
    return problems;
  }

  /** What a label may hold. */
  public static List<String> labelValueProblems(String value) {
    var problems = new ArrayList<String>();
    if (value.length() > MAX_LABEL) {
      problems.add("must be no more than " + MAX_LABEL + " bytes");
    }
    if (!LABEL_VALUE.matcher(value).matches()) {
      problems.add(LABEL_VALUE_FORM);
    }
    return problems;
  }

  private static List<String> problems(
      String name, boolean prefix, int maxLength, Pattern form, String problem) {
    String checked = prefix && name.endsWith("-") ? name.replaceAll("-+$", "") + 'a' : name;
    if (checked.length() > maxLength) {
      return List.of("must be no more than " + maxLength + " characters");
    }
    return form.matcher(checked).matches() ? List.of() : List.of(problem);
  }
}
