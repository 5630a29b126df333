package io.usher.cel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A name or another value, and what is selected of it. It is counted as cel-go does: one for the
 * whole, and one for each selection; a name that is an index, or a branch of a condition, costs
 * only its selections.
 */
final class Attribute extends Step {

  /** What a selection is of. */
  sealed interface Root {}

  record Name(String name) implements Root {}

  record Operand(Step step) implements Root {}

  record Condition(Step condition, Attribute yes, Attribute no) implements Root {}

  /**
   * A selection.
   *
   * @param key a constant; or null
   * @param index what gives the key
   * @param optional whether it gives an optional value
   * @param tests whether it tells whether there is one
   */
  record Selection(@Nullable Object key, @Nullable Step index, boolean optional, boolean tests) {}

  private final Root root;
  private final List<Selection> selections = new ArrayList<>();
  private boolean tests;

  Attribute(long id, Root root) {
    super(id);
    this.root = root;
  }

  /** Selects more, while planned. */
  Attribute select(Selection selection) {
    if (root instanceof Condition condition) {
      condition.yes().select(selection);
      condition.no().select(selection);
    } else {
      selections.add(selection);
    }
    tests |= selection.tests();
    return this;
  }

  @Override
  Object evaluate(Scope scope, Meter meter) {
    Object value = resolve(scope, meter);
    if (!(root instanceof Condition) && !tests) {
      meter.charge(1);
    }
    return value;
  }

  /** The value, without the cost of the name. */
  Object resolve(Scope scope, Meter meter) {
    meter.step();
    if (root instanceof Condition condition) {
      Object decision = condition.condition().evaluate(scope, meter);
      if (decision instanceof Boolean yes) {
        return (yes ? condition.yes() : condition.no()).resolve(scope, meter);
      }
      return decision instanceof Fault ? decision : Fault.NO_OVERLOAD;
    }
    Object value;
    if (root instanceof Name name) {
      value = scope.find(name.name(), meter);
      if (value == null) {
        return new Fault("no such attribute(s): " + name.name());
      }
    } else {
      value = ((Operand) root).step().evaluate(scope, meter);
    }
    return value instanceof Fault ? value : selected(value, scope, meter);
  }

  private Object selected(Object from, Scope scope, Meter meter) {
    boolean optional = false;
    Object value = from;
    if (from instanceof Optional<?> given) {
      if (given.isEmpty()) {
        return tests ? (Object) false : given;
      }
      optional = true;
      value = given.get();
    }
    for (Selection selection : selections) {
      optional |= selection.optional();
      Object key = selection.key();
      if (key == null && selection.index() != null) {
        Step index = selection.index();
        key =
            index instanceof Attribute attribute
                ? attribute.resolve(scope, meter)
                : index.evaluate(scope, meter);
        if (key instanceof Fault) {
          // An index that fails is a selection that fails, which counts, unless it is optional.
          if (!optional) {
            meter.charge(1);
          }
          return key;
        }
      }
      Object part = Selections.of(value, key, optional || selection.tests());
      if (selection.tests()) {
        boolean there = part != Selections.ABSENT;
        if (!optional || there && !(part instanceof Fault)) {
          meter.charge(1);
        }
        return part instanceof Fault ? part : there;
      }
      if (!optional) {
        meter.charge(1);
      } else if (part == Selections.ABSENT) {
        return Optional.empty();
      } else if (!(part instanceof Fault)) {
        meter.charge(1);
      }
      if (part instanceof Fault) {
        return part;
      }
      value = part;
    }
    return optional ? Optional.of(value) : value;
  }
}
