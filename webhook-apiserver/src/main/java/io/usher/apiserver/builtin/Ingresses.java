package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.FieldError;
import java.util.ArrayList;
import java.util.List;

/** Ingresses. */
final class Ingresses implements BuiltInKind {

  private static final String CLASS_ANNOTATION = "kubernetes.io/ingress.class";
  private static final List<String> BAD_PARTS = List.of("//", "/./", "/../", "%2f", "%2F");
  private static final List<String> BAD_ENDS = List.of("/..", "/.");
  private static final String ABSOLUTE = "must be an absolute path";
  private static final int SHOWN_HOSTS = 3;

  @Override
  public void prepareForCreate(ObjectNode object) {
    object.putObject("status").putObject("loadBalancer");
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var errors = new Errors();
    Field ingress = Field.of(object);
    check(ingress.at("spec"), errors);
    Field annotation = ingress.at("metadata").at("annotations");
    Field old =
        new Field("annotations." + CLASS_ANNOTATION, annotation.key(CLASS_ANNOTATION).node());
    if (old.isSet()
        && ingress.has("spec.ingressClassName")
        && !old.text().equals(ingress.text("spec.ingressClassName"))) {
      errors.invalid(old, "must match `ingressClassName` when both are specified");
    }
    return errors.list();
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
    var errors = new Errors();
    check(Field.of(object).at("spec"), errors);
    return errors.list();
  }

  private static void check(Field spec, Errors errors) {
    if (spec.at("rules").node().isEmpty() && !spec.has("defaultBackend")) {
      errors.invalid(
          spec, NullNode.instance, "either `defaultBackend` or `rules` must be specified");
    }
    if (spec.has("defaultBackend")) {
      backend(spec.at("defaultBackend"), errors);
    }
    spec.elements("rules").forEach(rule -> rule(rule, errors));
    for (Field tls : spec.elements("tls")) {
      tls.elements("hosts").forEach(host -> host(host, errors));
      if (tls.has("secretName")) {
        errors.invalidFor(tls.at("secretName"), Names.subdomain(tls.text("secretName")));
      }
    }
    if (spec.has("ingressClassName")) {
      errors.invalidFor(
          spec.at("ingressClassName"), Names.subdomain(spec.text("ingressClassName")));
    }
  }

  private static void rule(Field rule, Errors errors) {
    Field host = rule.at("host");
    if (!host.text().isEmpty()) {
      if (Names.ip(host.text()).isEmpty()) {
        errors.invalid(host, "must be a DNS name, not an IP address");
      }
      host(host, errors);
    }
    if (rule.has("http")) {
      Field paths = rule.at("http.paths");
      if (paths.node().isEmpty()) {
        errors.required(paths);
      }
      paths.elements().forEach(path -> path(path, errors));
    }
  }

  private static void host(Field host, Errors errors) {
    errors.invalidFor(
        host,
        host.text().contains("*") ? Names.wildcard(host.text()) : Names.subdomain(host.text()));
  }

  private static void path(Field item, Errors errors) {
    Field path = item.at("path");
    String text = path.text();
    switch (item.text("pathType")) {
      case "" -> {
        errors.required(item.at("pathType"), "pathType must be specified");
        return;
      }
      case "Exact", "Prefix" -> {
        if (!text.startsWith("/")) {
          errors.invalidText(path, ABSOLUTE);
        }
        for (String bad : BAD_PARTS) {
          if (text.contains(bad)) {
            errors.invalid(path, "must not contain '" + bad + "'");
          }
        }
        for (String bad : BAD_ENDS) {
          if (text.endsWith(bad)) {
            errors.invalid(path, "cannot end with '" + bad + "'");
          }
        }
      }
      case "ImplementationSpecific" -> {
        if (!text.isEmpty() && !text.startsWith("/")) {
          errors.invalid(path, ABSOLUTE);
        }
      }
      default ->
          errors.notIn(item.at("pathType"), List.of("Exact", "ImplementationSpecific", "Prefix"));
    }
    backend(item.at("backend"), errors);
  }

  private static void backend(Field backend, Errors errors) {
    boolean resource = backend.has("resource");
    if (resource && backend.has("service")) {
      errors.invalid(backend.showing(""), "cannot set both resource and service backends");
    } else if (resource) {
      errors.requireText(backend.at("resource.kind"));
      errors.requireText(backend.at("resource.name"));
    } else if (backend.has("service")) {
      service(backend, errors);
    } else {
      errors.invalid(backend.showing(""), "resource or service backend is required");
    }
  }

  private static void service(Field backend, Errors errors) {
    Field name = backend.at("service.name");
    if (name.text().isEmpty()) {
      errors.required(name);
    } else {
      errors.invalidFor(name, Names.label(name.text()));
    }
    Field port = backend.at("service.port");
    Field portName = port.at("name");
    Field number = port.at("number");
    if (!portName.text().isEmpty() && number.number() != 0) {
      errors.invalid(backend.showing(""), "cannot set both port name & port number");
    } else if (!portName.text().isEmpty()) {
      errors.invalidFor(portName, Names.portName(portName.text()));
    } else if (number.number() != 0) {
      Names.port(number.number()).forEach(each -> errors.invalid(number, each));
    } else {
      errors.required(backend, "port name or number is required");
    }
  }

  @Override
  public JsonNode cell(String column, ObjectNode object) {
    Field ingress = Field.of(object);
    return TextNode.valueOf(
        switch (column) {
          case "Class" ->
              ingress.has("spec.ingressClassName")
                  ? ingress.text("spec.ingressClassName")
                  : Cells.NONE;
          case "Hosts" -> hosts(ingress.elements("spec.rules"));
          case "Address" -> addresses(ingress);
          default -> ingress.at("spec.tls").node().isEmpty() ? "80" : "80, 443";
        });
  }

  private static String hosts(List<Field> rules) {
    var hosts = new ArrayList<String>();
    boolean more = false;
    for (Field rule : rules) {
      more |= hosts.size() == SHOWN_HOSTS;
      if (!more && !rule.text("host").isEmpty()) {
        hosts.add(rule.text("host"));
      }
    }
    if (hosts.isEmpty()) {
      return "*";
    }
    String shown = String.join(",", hosts);
    return more ? shown + " + " + (rules.size() - SHOWN_HOSTS) + " more..." : shown;
  }

  private static String addresses(Field ingress) {
    var addresses = new ArrayList<String>();
    for (Field each : ingress.elements("status.loadBalancer.ingress")) {
      addresses.add(each.has("ip") ? each.text("ip") : each.text("hostname"));
    }
    return String.join(",", addresses);
  }
}
