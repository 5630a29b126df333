package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.usher.apiserver.api.FieldError;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * What is wrong with what a claim says of devices, in kube-apiserver's words. Expressions that
 * select devices are not compiled.
 */
final class DeviceClaimChecks {

  private static final int MAX_REQUESTS = 32;
  private static final int MAX_ALTERNATIVES = 8;
  private static final int MAX_ITEMS = 32;
  private static final int MAX_EXPRESSION = 10 * 1024;
  private static final int MAX_PARAMETERS = 10 * 1024;
  private static final int MAX_DRIVER = 63;
  private static final int MAX_IDENTIFIER = 32;
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final List<String> MODES = List.of("All", "ExactCount");
  private static final List<String> OPERATORS = List.of("Equal", "Exists");
  private static final List<String> EFFECTS = List.of("NoExecute", "NoSchedule", "None");
  private static final String NO_REQUEST =
      "must be the name of a request in the claim or the name of a request and a subrequest"
          + " separated by '/'";

  private final Field devices;
  private final Errors errors = new Errors();

  /** What constraints and configurations may name: requests, and their alternatives. */
  private final HashSet<String> names = new HashSet<>();

  DeviceClaimChecks(Field devices) {
    this.devices = devices;
    for (Field request : devices.elements("requests")) {
      names.add(request.text("name"));
      for (Field each : request.elements("firstAvailable")) {
        names.add(request.text("name") + '/' + each.text("name"));
      }
    }
  }

  List<FieldError> problems() {
    checkNamed(devices.at("requests"), MAX_REQUESTS, this::checkRequest);
    checkEach(devices.at("constraints"), MAX_ITEMS, this::checkConstraint);
    checkEach(devices.at("config"), MAX_ITEMS, this::checkConfiguration);
    return errors.list();
  }

  private void checkEach(Field list, int most, Consumer<Field> check) {
    if (!errors.tooMany(list, most)) {
      list.elements().forEach(check);
    }
  }

  private void checkNamed(Field list, int most, Consumer<Field> check) {
    checkEach(list, most, check);
    var present = new HashSet<String>();
    for (Field each : list.elements()) {
      if (list.node().size() <= most && !present.add(each.text("name"))) {
        errors.duplicate(each, each.showing(each.text("name")).node());
      }
    }
  }

  private void checkRequest(Field request) {
    errors.invalidFor(request.at("name"), Names.label(request.text("name")));
    boolean alternatives = !request.elements("firstAvailable").isEmpty();
    boolean exactly = request.has("exactly");
    if (alternatives && exactly) {
      errors.invalid(
          request,
          NullNode.instance,
          "exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set");
    } else if (alternatives) {
      checkNamed(request.at("firstAvailable"), MAX_ALTERNATIVES, this::checkAlternative);
    } else if (exactly) {
      checkDevices(request.at("exactly"));
    } else {
      errors.required(request, "exactly one of `exactly` or `firstAvailable` is required");
    }
  }

  private void checkAlternative(Field alternative) {
    errors.invalidFor(alternative.at("name"), Names.label(alternative.text("name")));
    checkDevices(alternative);
  }

  private void checkDevices(Field request) {
    Field deviceClass = request.at("deviceClassName");
    if (deviceClass.text().isEmpty()) {
      errors.required(deviceClass);
    } else {
      errors.invalidFor(deviceClass, Names.subdomain(deviceClass.text()));
    }
    checkEach(request.at("selectors"), MAX_ITEMS, this::checkSelector);
    Field count = request.at("count");
    switch (request.text("allocationMode")) {
      case "All" -> {
        if (count.number() != 0) {
          errors.invalid(count, "must not be specified when allocationMode is 'All'");
        }
      }
      case "ExactCount" -> {
        if (count.number() <= 0) {
          errors.invalid(count, LongNode.valueOf(count.number()), "must be greater than zero");
        }
      }
      default -> errors.notIn(request.at("allocationMode"), MODES);
    }
    request.elements("tolerations").forEach(this::checkToleration);
  }

  private void checkSelector(Field selector) {
    Field expression = selector.at("cel.expression");
    if (!selector.has("cel")) {
      errors.required(selector.at("cel"));
    } else if (expression.text().length() > MAX_EXPRESSION) {
      errors.tooLong(expression, MAX_EXPRESSION);
    }
  }

  private void checkToleration(Field toleration) {
    Field key = toleration.at("key");
    Field value = toleration.at("value");
    if (!key.text().isEmpty()) {
      errors.invalidFor(key, Names.qualified(key.text()));
    }
    switch (toleration.text("operator")) {
      case "Exists" -> {
        if (!value.text().isEmpty()) {
          errors.invalid(value, "must be empty for operator `Exists`");
        }
      }
      case "Equal" -> errors.invalidFor(value, Names.labelValue(value.text()));
      default -> errors.requireIn(toleration.at("operator"), OPERATORS);
    }
    if (!toleration.text("effect").isEmpty()) {
      errors.notIn(toleration.at("effect"), EFFECTS);
    }
  }

  private void checkConstraint(Field constraint) {
    checkReferences(constraint.at("requests"));
    if (constraint.has("matchAttribute")) {
      checkAttribute(constraint.at("matchAttribute"));
    } else if (constraint.has("distinctAttribute")) {
      checkAttribute(constraint.at("distinctAttribute"));
    } else {
      errors.required(
          constraint,
          "exactly one of \"matchAttribute\" or \"distinctAttribute\" is required, but multiple"
              + " fields are set");
    }
  }

  private void checkReferences(Field requests) {
    checkEach(requests, MAX_REQUESTS, this::checkReference);
    var present = new HashSet<String>();
    for (Field each : requests.elements()) {
      if (requests.node().size() <= MAX_REQUESTS && !present.add(each.text())) {
        errors.duplicate(each);
      }
    }
  }

  private void checkReference(Field reference) {
    String[] segments = reference.text().split("/", -1);
    if (segments.length <= 2) {
      for (String segment : segments) {
        errors.invalidFor(reference.showing(reference.text()), Names.label(segment));
      }
    }
    if (!names.contains(reference.text())) {
      errors.invalid(reference, NO_REQUEST);
    }
  }

  private void checkAttribute(Field attribute) {
    String name = attribute.text();
    int slash = name.indexOf('/');
    if (slash < 0) {
      checkIdentifier(attribute, name);
      errors.invalid(
          attribute, "a fully qualified name must be a domain and a name separated by a slash");
    } else if (name.indexOf('/', slash + 1) < 0) {
      if (slash == 0) {
        errors.invalid(attribute.showing(""), "the domain must not be empty");
      } else {
        checkDriver(attribute.showing(name.substring(0, slash)));
      }
      if (slash == name.length() - 1) {
        errors.invalid(attribute.showing(""), "the name must not be empty");
      } else {
        checkIdentifier(attribute, name.substring(slash + 1));
      }
    }
  }

  private void checkIdentifier(Field attribute, String name) {
    if (name.length() > MAX_IDENTIFIER) {
      errors.tooLong(attribute, MAX_IDENTIFIER);
    }
    if (!IDENTIFIER.matcher(name).matches()) {
      errors.invalid(
          attribute.showing(name),
          "a valid C identifier must start with alphabetic character or '_', followed by a string of"
              + " alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex"
              + " used for validation is '[A-Za-z_][A-Za-z0-9_]*')");
    }
  }

  private void checkDriver(Field driver) {
    if (driver.text().isEmpty()) {
      errors.required(driver);
      return;
    }
    if (driver.text().length() > MAX_DRIVER) {
      errors.tooLong(driver, MAX_DRIVER);
    }
    errors.invalidFor(driver, Names.subdomain(driver.text().toLowerCase(Locale.ROOT)));
  }

  private void checkConfiguration(Field configuration) {
    checkReferences(configuration.at("requests"));
    Field opaque = configuration.at("opaque");
    if (!opaque.isSet()) {
      errors.required(opaque);
      return;
    }
    checkDriver(opaque.at("driver"));
    Field parameters = opaque.at("parameters");
    if (!parameters.isSet()) {
      errors.required(parameters);
    } else if (parameters.node().toString().length() > MAX_PARAMETERS) {
      errors.tooLong(parameters, MAX_PARAMETERS);
    } else if (!parameters.node().isObject()) {
      errors.invalid(parameters.showing("<value omitted>"), "must be a valid JSON object");
    }
  }
}
