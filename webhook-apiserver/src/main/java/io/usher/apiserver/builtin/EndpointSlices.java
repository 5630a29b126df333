package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.FieldError;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** EndpointSlices. */
final class EndpointSlices implements BuiltInKind {

  private static final List<String> TYPES = List.of("FQDN", "IPv4", "IPv6");
  private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
  private static final int MAX_ENDPOINTS = 1000;
  private static final int MAX_ADDRESSES = 100;
  private static final int MAX_PORTS = 20_000;
  private static final int MAX_HINTS = 8;

  @Override
  public JsonNode cell(String column, ObjectNode object) {
    return NetworkRows.endpointSlice(column, Field.of(object));
  }

  @Override
  public void setDefaults(ObjectNode object) {
    for (ObjectNode port : Defaults.objects(object, "ports")) {
      Defaults.text(port, "name", "");
      Defaults.text(port, "protocol", "TCP");
    }
  }

  @Override
  public void prepareForCreate(ObjectNode object) {
    dropTopology(object);
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode old) {
    if (!Errors.same(object.path("endpoints"), old.path("endpoints"))) {
      dropTopology(object);
    }
  }

  private static void dropTopology(ObjectNode object) {
    Defaults.objects(object, "endpoints").forEach(each -> each.remove("deprecatedTopology"));
  }

  @Override
  public List<String> warnings(ObjectNode object) {
    return object.path("addressType").asText().equals("FQDN")
        ? List.of("spec.addressType: FQDN endpoints are deprecated")
        : List.of();
  }

  @Override
  public List<String> warningsOnUpdate(ObjectNode object, ObjectNode old) {
    return List.of();
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    return check(Field.of(object), null).list();
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
    Field slice = Field.of(object);
    Field before = Field.of(old);
    Errors errors = check(slice, before);
    errors.immutable(slice.at("addressType"), before.at("addressType"));
    return errors.list();
  }

  /** Endpoints that stay as they are count, whatever they are. */
  private static Errors check(Field slice, @Nullable Field old) {
    var errors = new Errors();
    errors.requireIn(slice.at("addressType"), TYPES);
    checkPorts(slice.at("ports"), errors);
    Field endpoints = slice.at("endpoints");
    if (old == null || !Errors.same(endpoints.node(), old.at("endpoints").node())) {
      checkEndpoints(endpoints, slice.text("addressType"), errors);
    }
    return errors;
  }

  private static void checkPorts(Field ports, Errors errors) {
    if (errors.tooMany(ports, MAX_PORTS)) {
      return;
    }
    var names = new HashSet<String>();
    for (Field port : ports.elements()) {
      Field name = port.at("name");
      if (!name.text().isEmpty()) {
        errors.invalidFor(name, Names.label(name.text()));
      }
      if (!names.add(name.text())) {
        errors.duplicate(name);
      }
      errors.notIn(port.at("protocol"), PROTOCOLS);
      if (port.has("appProtocol")) {
        errors.invalidFor(port.at("appProtocol"), Names.qualified(port.text("appProtocol")));
      }
    }
  }

  private static void checkEndpoints(Field endpoints, String type, Errors errors) {
    if (errors.tooMany(endpoints, MAX_ENDPOINTS)) {
      return;
    }
    for (Field endpoint : endpoints.elements()) {
      Field addresses = endpoint.at("addresses");
      if (addresses.elements().isEmpty()) {
        errors.required(addresses, "must contain at least 1 address");
      } else {
        errors.tooMany(addresses, MAX_ADDRESSES);
      }
      for (Field address : addresses.elements()) {
        switch (type) {
          case "FQDN" -> checkDomain(address, errors);
          case "IPv4", "IPv6" -> checkAddress(address, addresses, type, errors);
          default -> {
            // said of the type
          }
        }
      }
      if (endpoint.has("nodeName")) {
        errors.invalidFor(endpoint.at("nodeName"), Names.subdomain(endpoint.text("nodeName")));
      }
      if (endpoint.has("hostname")) {
        errors.invalidFor(endpoint.at("hostname"), Names.label(endpoint.text("hostname")));
      }
      Field hints = endpoint.at("hints");
      if (checkHints(
          hints.at("forZones"),
          (name, problems) -> problems.invalidFor(name, Names.labelValue(name.text())),
          errors)) {
        checkHints(
            hints.at("forNodes"),
            (name, problems) -> problems.invalidFor(name, Names.subdomain(name.text())),
            errors);
      }
    }
  }

  private static void checkDomain(Field address, Errors errors) {
    String name = address.text().replaceFirst("[.]$", "");
    List<String> problems = Names.subdomain(name);
    if (address.text().isEmpty()) {
      errors.required(address);
    } else if (!problems.isEmpty()) {
      errors.invalid(address.showing(name), String.join(",", problems));
    } else if (!name.contains(".")) {
      errors.invalid(
          address.showing(name), "should be a domain with at least two segments separated by dots");
    }
  }

  private static void checkAddress(Field field, Field list, String type, Errors errors) {
    InetAddress address = Names.address(field.text());
    if (address == null) {
      errors.invalidFor(field, Names.ip(""));
      return;
    }
    if (address instanceof Inet4Address != type.equals("IPv4")) {
      errors.invalid(list.showing(field.text()), "must be an " + type + " address");
    }
    if (address.isAnyLocalAddress()) {
      errors.invalid(field, "may not be unspecified (" + field.text() + ")");
    }
    if (address.isLoopbackAddress()) {
      errors.invalid(field, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
    }
    if (address.isLinkLocalAddress()) {
      errors.invalid(field, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
    }
    if (address.isMCLinkLocal()) {
      errors.invalid(
          field, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
    }
  }

  /** Whether there are not too many of them. */
  private static boolean checkHints(Field hints, BiConsumer<Field, Errors> check, Errors errors) {
    if (errors.tooMany(hints, MAX_HINTS)) {
      return false;
    }
    var names = new HashSet<String>();
    for (Field hint : hints.elements()) {
      Field name = hint.at("name");
      if (!names.add(name.text())) {
        errors.duplicate(name);
      }
      check.accept(name, errors);
    }
    return true;
  }
}
