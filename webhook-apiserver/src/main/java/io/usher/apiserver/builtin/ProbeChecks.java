package io.usher.apiserver.builtin;

import java.util.List;
import java.util.regex.Pattern;

/** Probes and lifecycle hooks. */
final class ProbeChecks {

  private static final Pattern HEADER = Pattern.compile("[-A-Za-z0-9]+");
  private static final String HEADER_FORM =
      "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name',"
          + " regex used for validation is '[-A-Za-z0-9]+')";

  private ProbeChecks() {}

  static void checkAll(Field container, Errors errors) {
    Field lifecycle = container.at("lifecycle");
    for (String hook : List.of("postStart", "preStop")) {
      if (lifecycle.has(hook)) {
        handler(lifecycle.at(hook), errors);
      }
    }
    for (String name : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
      if (container.has(name)) {
        probe(container.at(name), name, errors);
      }
    }
  }

  private static void probe(Field probe, String name, Errors errors) {
    handler(probe, errors);
    for (String number :
        List.of(
            "initialDelaySeconds",
            "timeoutSeconds",
            "periodSeconds",
            "successThreshold",
            "failureThreshold")) {
      errors.notNegative(probe.at(number));
    }
    Field grace = probe.at("terminationGracePeriodSeconds");
    if (grace.isSet() && grace.number() <= 0) {
      errors.invalid(grace, "must be greater than 0");
    }
    if (name.equals("readinessProbe")) {
      if (grace.isSet()) {
        errors.invalid(grace, "must not be set for readinessProbes");
      }
    } else if (probe.number("successThreshold") != 1) {
      errors.invalid(probe.at("successThreshold"), "must be 1");
    }
  }

  private static void handler(Field parent, Errors errors) {
    boolean found = false;
    for (String kind : List.of("exec", "httpGet", "tcpSocket", "grpc", "sleep")) {
      Field action = parent.at(kind);
      if (!action.isSet()) {
        continue;
      }
      if (found) {
        errors.forbidden(action, "may not specify more than 1 handler type");
      } else {
        found = true;
        action(kind, action, errors);
      }
    }
    if (!found) {
      errors.required(parent, "must specify a handler type");
    }
  }

  private static void action(String kind, Field action, Errors errors) {
    switch (kind) {
      case "exec" -> {
        if (action.at("command").node().isEmpty()) {
          errors.required(action.at("command"));
        }
      }
      case "httpGet" -> {
        errors.requireText(action.at("path"));
        Names.portOrName(action.at("port"), errors);
        errors.notIn(action.at("scheme"), List.of("HTTP", "HTTPS"));
        for (Field header : action.elements("httpHeaders")) {
          if (!HEADER.matcher(header.text("name")).matches()) {
            errors.invalid(action.at("httpHeaders").showing(header.text("name")), HEADER_FORM);
          }
        }
      }
      case "sleep" -> {
        if (action.number("seconds") < 0) {
          errors.invalid(
              action.at("seconds"),
              "must be greater than 0 and less than terminationGracePeriodSeconds");
        }
      }
      default -> Names.portOrName(action.at("port"), errors);
    }
  }
}
