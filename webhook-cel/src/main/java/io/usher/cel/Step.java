package io.usher.cel;

import java.util.Optional;
import java.util.Set;

/** A part of an expression, ready to be evaluated. Immutable once planned. */
abstract class Step {

  private final long id;

  Step(long id) {
    this.id = id;
  }

  long id() {
    return id;
  }

  /** The value, or a {@link Fault}. */
  abstract Object evaluate(Scope scope, Meter meter);

  /** A value that is known. It costs nothing. */
  static final class Constant extends Step {
    private final Object value;

    Constant(long id, Object value) {
      super(id);
      this.value = value;
    }

    Object value() {
      return value;
    }

    @Override
    Object evaluate(Scope scope, Meter meter) {
      return value;
    }
  }

  /** A value that is known, and costs what it would cost to parse it. */
  static final class Parsed extends Step {
    private final Object value;
    private final long cost;

    Parsed(long id, Object value, long cost) {
      super(id);
      this.value = value;
      this.cost = cost;
    }

    @Override
    Object evaluate(Scope scope, Meter meter) {
      meter.step();
      meter.charge(cost);
      return value;
    }
  }

  /** {@code ||} or {@code &&}: what decides wins over a fault on the other side. */
  static final class Logical extends Step {
    private final Step left;
    private final Step right;
    private final boolean decides;

    Logical(long id, Step left, Step right, boolean decides) {
      super(id);
      this.left = left;
      this.right = right;
      this.decides = decides;
    }

    @Override
    Object evaluate(Scope scope, Meter meter) {
      meter.step();
      Object first = left.evaluate(scope, meter);
      if (first instanceof Boolean known && known == decides) {
        return known;
      }
      Object second = right.evaluate(scope, meter);
      if (second instanceof Boolean known && (known == decides || first instanceof Boolean)) {
        return known;
      }
      Object wrong = first instanceof Boolean ? second : first;
      return wrong instanceof Fault ? wrong : Fault.NO_OVERLOAD;
    }
  }

  /** {@code or} and {@code orValue} of optional values: the second is evaluated when needed. */
  static final class Alternative extends Step {
    private final Step first;
    private final Step second;
    private final boolean unwraps;

    Alternative(long id, Step first, Step second, boolean unwraps) {
      super(id);
      this.first = first;
      this.second = second;
      this.unwraps = unwraps;
    }

    @Override
    Object evaluate(Scope scope, Meter meter) {
      meter.step();
      Object value = first.evaluate(scope, meter);
      if (value instanceof Fault) {
        return value;
      }
      if (!(value instanceof Optional<?> optional)) {
        return Fault.NO_OVERLOAD;
      }
      if (optional.isPresent()) {
        return unwraps ? optional.get() : optional;
      }
      return second.evaluate(scope, meter);
    }
  }

  /** {@code in} a list of constants: looked up, at no cost of its own. */
  static final class Membership extends Step {
    private final Step element;
    private final Set<Object> members;

    Membership(long id, Step element, Set<Object> members) {
      super(id);
      this.element = element;
      this.members = members;
    }

    @Override
    Object evaluate(Scope scope, Meter meter) {
      meter.step();
      Object value = element.evaluate(scope, meter);
      return value instanceof Fault ? value : members.contains(Values.asKey(value));
    }
  }
}
