package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.FieldError;
import java.util.List;
import java.util.Map;

/** PriorityClasses. */
final class PriorityClasses implements BuiltInKind {

  private static final String SYSTEM = "system-";
  private static final int MOST_OF_USERS = 1_000_000_000;
  private static final List<String> POLICIES = List.of("PreemptLowerPriority", "Never");

  /** The values of the system's own. */
  private static final Map<String, Integer> OF_THE_SYSTEM =
      Map.of("system-node-critical", 2_000_001_000, "system-cluster-critical", 2_000_000_000);

  @Override
  public JsonNode cell(String column, ObjectNode object) {
    return WorkloadRows.priorityClass(column, Field.of(object));
  }

  @Override
  public boolean tracksGeneration() {
    return false;
  }

  /** It stays the first generation. */
  @Override
  public void prepareForCreate(ObjectNode object) {
    object.withObject("/metadata").put("generation", 1);
  }

  @Override
  public void setDefaults(ObjectNode object) {
    Defaults.text(object, "preemptionPolicy", "PreemptLowerPriority");
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var errors = new Errors();
    Field priorityClass = Field.of(object);
    Field name = priorityClass.at("metadata.name");
    Field value = priorityClass.at("value");
    if (name.text().startsWith(SYSTEM)) {
      String problem = systemProblem(name.text(), priorityClass);
      if (!problem.isEmpty()) {
        errors.forbidden(
            name,
            "priority class names with '"
                + SYSTEM
                + "' prefix are reserved for system use only. error: "
                + problem);
      }
    } else if (value.number() > MOST_OF_USERS) {
      errors.forbidden(
          value, "maximum allowed value of a user defined priority is " + MOST_OF_USERS);
    }
    errors.requireIn(priorityClass.at("preemptionPolicy"), POLICIES);
    return errors.list();
  }

  private static String systemProblem(String name, Field priorityClass) {
    Integer value = OF_THE_SYSTEM.get(name);
    if (value == null) {
      return name + " is not a known system priority class";
    }
    if (priorityClass.number("value") != value) {
      return "value of " + name + " PriorityClass must be " + value;
    }
    return priorityClass.isTrue("globalDefault")
        ? "globalDefault of " + name + " PriorityClass must be false"
        : "";
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
    var errors = new Errors();
    Field priorityClass = Field.of(object);
    Field before = Field.of(old);
    if (priorityClass.number("value") != before.number("value")) {
      errors.forbidden(priorityClass.at("value"), "may not be changed in an update.");
    }
    errors.immutable(priorityClass.at("preemptionPolicy"), before.at("preemptionPolicy"));
    return errors.list();
  }
}
