package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.apiserver.api.ObjectNames;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The forms of texts, with the texts of k8s.io/apimachinery's {@code util/validation}. Each method
 * gives what is wrong, nothing when it is right.
 */
final class Names {

  private static final int MAX_PORT_NAME = 15;
  private static final int MAX_KEY = 253;
  private static final int MAX_PORT = 65535;

  private static final Pattern CONFIG_KEY = Pattern.compile("[-._a-zA-Z0-9]+");
  private static final Pattern PORT_NAME_CHARACTERS = Pattern.compile("[-a-z0-9]+");
  private static final Pattern LETTER = Pattern.compile("[a-z]");
  private static final Pattern IPV4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  private Names() {}

  static List<String> label(String value) {
    return ObjectNames.labelProblems(value, false);
  }

  static List<String> subdomain(String value) {
    return ObjectNames.subdomainProblems(value, false);
  }

  /** A subdomain below any label: {@code *.example.com}. */
  static List<String> wildcard(String value) {
    boolean right = value.startsWith("*.") && subdomain(value.substring(2)).isEmpty();
    return right
        ? List.of()
        : List.of(
            "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS"
                + " subdomain, which must consist of lower case alphanumeric characters, '-' or"
                + " '.' and end with an alphanumeric character (e.g. '*.example.com', regex used"
                + " for validation is"
                + " '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')");
  }

  /** A key of a ConfigMap or Secret. */
  static List<String> configKey(String key) {
    if (key.length() > MAX_KEY) {
      return List.of("must be no more than " + MAX_KEY + " characters");
    }
    if (!CONFIG_KEY.matcher(key).matches()) {
      return List.of(
          "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g."
              + " 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is"
              + " '[-._a-zA-Z0-9]+')");
    }
    if (key.equals(".") || key.equals("..")) {
      return List.of("must not be '" + key + "'");
    }
    return key.startsWith("..") ? List.of("must not start with '..'") : List.of();
  }

  static List<String> qualified(String value) {
    return ObjectNames.qualifiedNameProblems(value);
  }

  static List<String> labelValue(String value) {
    return ObjectNames.labelValueProblems(value);
  }

  /** The labels of a map, all named by the map's field as kube-apiserver does. */
  static void labels(Field labels, Errors errors) {
    for (Map.Entry<String, JsonNode> each : labels.node().properties()) {
      errors.invalidFor(labels.showing(each.getKey()), qualified(each.getKey()));
      String value = each.getValue().asText();
      errors.invalidFor(labels.showing(value), labelValue(value));
    }
  }

  static List<String> port(long port) {
    return port >= 1 && port <= MAX_PORT
        ? List.of()
        : List.of("must be between 1 and 65535, inclusive");
  }

  /** The name of a port, of RFC 6335. */
  static List<String> portName(String name) {
    var problems = new ArrayList<String>();
    if (name.length() > MAX_PORT_NAME) {
      problems.add("must be no more than " + MAX_PORT_NAME + " characters");
    }
    if (!PORT_NAME_CHARACTERS.matcher(name).matches()) {
      problems.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
    }
    if (!LETTER.matcher(name).find()) {
      problems.add("must contain at least one letter (a-z)");
    }
    if (name.contains("--")) {
      problems.add("must not contain consecutive hyphens");
    }
    if (name.startsWith("-") || name.endsWith("-")) {
      problems.add("must not begin or end with a hyphen");
    }
    return problems;
  }

  /** A number or name of a port; an absent one is 0. */
  static void portOrName(Field port, Errors errors) {
    if (port.node().isTextual()) {
      errors.invalidFor(port, portName(port.text()));
    } else {
      port(port.number()).forEach(each -> errors.invalidNumber(port, each));
    }
  }

  /** The address that a text is; null when it is none. */
  static @Nullable InetAddress address(String text) {
    try {
      return ip(text).isEmpty() ? InetAddress.getByName(text) : null;
    } catch (UnknownHostException e) {
      return null;
    }
  }

  static boolean isIpv4(String text) {
    return IPV4.matcher(text).matches();
  }

  static List<String> ip(String text) {
    return isIpv4(text) || IPV6.matcher(text).matches()
        ? List.of()
        : List.of("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
  }
}
