package io.usher.authorization;

import java.util.List;

/**
 * One requirement of a selector, on a field or a label. It only narrows what is asked for: one that
 * the API server could not tell, or that a rule does not know, may be left out.
 *
 * @param key the field's path, {@code spec.nodeName}, or the label's key
 * @param operator how the value is held against the values
 * @param values for {@code IN} and {@code NOT_IN} alone
 */
public record SelectorRequirement(String key, Operator operator, List<String> values) {

  public SelectorRequirement {
    values = List.copyOf(values);
  }

  /** How a value is held against a requirement's values. */
  public enum Operator {
    /** It is one of them. */
    IN("In"),
    /** It is none of them, or there is none. */
    NOT_IN("NotIn"),
    /** There is one. */
    EXISTS("Exists"),
    /** There is none. */
    DOES_NOT_EXIST("DoesNotExist");

    private final String value;

    Operator(String value) {
      this.value = value;
    }

    /** As Kubernetes writes it. */
    public String value() {
      return value;
    }
  }
}
