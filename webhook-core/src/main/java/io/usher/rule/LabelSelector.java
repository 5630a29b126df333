package io.usher.rule;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A label selector in kubectl's syntax: {@code app=web,tier!=cache,env in (test, prod),team,!old}.
 *
 * @param requirements all of which a labelled thing must meet; none means everything
 */
public record LabelSelector(List<Requirement> requirements) {

  /** Selects everything. */
  public static final LabelSelector EVERYTHING = new LabelSelector(List.of());

  public LabelSelector {
    requirements = List.copyOf(requirements);
  }

  /** How a requirement's values are held against a label; as {@code matchExpressions} spells it. */
  public enum Operator {
    /** The label is one of the values. */
    IN("In"),
    /** The label is absent or none of the values. */
    NOT_IN("NotIn"),
    /** The label is there. */
    EXISTS("Exists"),
    /** The label is absent. */
    DOES_NOT_EXIST("DoesNotExist");

    private final String value;

    Operator(String value) {
      this.value = value;
    }

    /** As Kubernetes writes it in {@code matchExpressions}. */
    public String value() {
      return value;
    }
  }

  /**
   * One requirement.
   *
   * @param key the label's key
   * @param operator how it is held against the values
   * @param values for {@code IN} and {@code NOT_IN} alone
   */
  public record Requirement(String key, Operator operator, List<String> values) {
    public Requirement {
      values = List.copyOf(values);
    }
  }

  /**
   * Reads kubectl's syntax; the empty string selects everything.
   *
   * @throws IllegalArgumentException naming the part that is not understood
   */
  public static LabelSelector parse(String text) {
    return LabelSelectorParser.parse(text);
  }

  /** Whether the labels of this object meet every requirement; an absent object has none. */
  public boolean matches(@Nullable ObjectNode object) {
    if (requirements.isEmpty()) {
      return true;
    }
    var labels = new HashMap<String, String>();
    if (object != null) {
      object
          .path("metadata")
          .path("labels")
          .properties()
          .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    }
    return matches(labels);
  }

  /** Whether these labels meet every requirement. */
  public boolean matches(Map<String, String> labels) {
    for (Requirement requirement : requirements) {
      String value = labels.get(requirement.key());
      boolean met =
          switch (requirement.operator()) {
            case IN -> value != null && requirement.values().contains(value);
            case NOT_IN -> value == null || !requirement.values().contains(value);
            case EXISTS -> value != null;
            case DOES_NOT_EXIST -> value == null;
          };
      if (!met) {
        return false;
      }
    }
    return true;
  }
}
