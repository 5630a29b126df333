package io.usher.cel;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a JSON value is to expressions. */
public sealed interface ValueType {

  /** A value without parts. */
  enum Scalar implements ValueType {
    STRING,
    INT,
    DOUBLE,
    BOOL,
    /** Base64 in JSON. */
    BYTES,
    /** A date, or a date and a time, in JSON. */
    TIMESTAMP,
    /** {@code 1h30m} in JSON. */
    DURATION,
    /** Whatever it is: known when it is there. */
    ANY
  }

  /**
   * A scalar of a size that is bounded.
   *
   * @param most characters or bytes
   */
  record Bounded(Scalar type, long most) implements ValueType {}

  /**
   * A list.
   *
   * @param most elements; -1 when that is unknown
   */
  record ListOf(ValueType element, long most) implements ValueType {
    public ListOf(ValueType element) {
      this(element, -1);
    }
  }

  /**
   * An object whose members' names are data.
   *
   * @param most members; -1 when that is unknown
   */
  record MapOf(ValueType value, long most) implements ValueType {
    public MapOf(ValueType value) {
      this(value, -1);
    }
  }

  /**
   * An object with declared members. Expressions select them by their names, escaped as Kubernetes
   * does: {@code self.foo__dash__bar}.
   *
   * @param fields by the names in JSON; a name that can't be escaped is not selected
   */
  record ObjectOf(Map<String, ValueType> fields) implements ValueType {
    public ObjectOf {
      fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }
  }
}
