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

  /** A list. */
  record ListOf(ValueType element) implements ValueType {}

  /** An object whose members' names are data. */
  record MapOf(ValueType value) implements ValueType {}

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
