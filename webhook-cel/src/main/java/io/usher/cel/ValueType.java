package io.usher.cel;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
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
   * @param order whether the order of elements counts
   */
  record ListOf(ValueType element, long most, ListOrder order) implements ValueType {
    public ListOf(ValueType element) {
      this(element, -1);
    }

    public ListOf(ValueType element, long most) {
      this(element, most, ListOrder.COUNTS);
    }
  }

  /**
   * What the order of a list's elements means to {@code ==} and {@code +}.
   *
   * @param counts whether it counts
   * @param keys the members by which elements are told apart where it does not; none for those that
   *     are told apart by all that they are
   */
  record ListOrder(boolean counts, List<String> keys) {

    /** The order counts. */
    public static final ListOrder COUNTS = new ListOrder(true, List.of());

    /** A list of type {@code set}. */
    public static final ListOrder SET = new ListOrder(false, List.of());

    public ListOrder {
      keys = List.copyOf(keys);
    }

    /** A list of type {@code map}, with its keys. */
    public static ListOrder map(List<String> keys) {
      return new ListOrder(false, keys);
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
