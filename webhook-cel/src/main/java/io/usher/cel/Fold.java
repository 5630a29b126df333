package io.usher.cel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A loop over a list or a map: what the macros become. */
final class Fold extends Step {

  /**
   * The names of a loop.
   *
   * @param second the second of two, or empty
   */
  record Names(String result, String first, String second) {}

  private final Names names;
  private final Step range;
  private final Step initial;
  private final Step condition;
  private final Step next;
  private final Step result;

  Fold(long id, Names names, Step range, Step initial, Step condition, Step next, Step result) {
    super(id);
    this.names = names;
    this.range = range;
    this.initial = initial;
    this.condition = condition;
    this.next = next;
    this.result = result;
  }

  @Override
  Object evaluate(Scope scope, Meter meter) {
    meter.step();
    Object over = range.evaluate(scope, meter);
    if (over instanceof Fault) {
      return over;
    }
    var frame = new Frame(scope);
    boolean both = !names.second().isEmpty();
    if (over instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        Object element = list.get(i);
        if (!frame.round(both ? (Object) (long) i : element, both ? element : null, meter)) {
          break;
        }
      }
    } else if (over instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        if (!frame.round(entry.getKey(), both ? entry.getValue() : null, meter)) {
          break;
        }
      }
    } else {
      return new Fault(
          both
              ? "unsupported comprehension range type: " + Values.goType(over)
              : "got '" + Values.goType(over) + "', expected iterable type");
    }
    return frame.end(meter);
  }

  /** The names while the loop runs. */
  private final class Frame implements Scope {
    private final Scope outer;
    private @Nullable Object accumulated;
    private @Nullable Object first;
    private @Nullable Object second;
    private boolean ended;

    Frame(Scope outer) {
      this.outer = outer;
    }

    boolean round(Object key, @Nullable Object value, Meter meter) {
      meter.step();
      first = key;
      second = value;
      if (condition.evaluate(this, meter) instanceof Boolean goesOn && !goesOn) {
        return false;
      }
      accumulated = next.evaluate(this, meter);
      return true;
    }

    Object end(Meter meter) {
      ended = true;
      Object value = result.evaluate(this, meter);
      if (value instanceof GrowingList list) {
        list.end();
      } else if (value instanceof GrowingMap map) {
        map.end();
      }
      return value;
    }

    @Override
    public @Nullable Object find(String name, Meter meter) {
      if (name.equals(names.result())) {
        if (accumulated == null) {
          // As late as in cel-go, where a binding that is not read costs nothing.
          Object start = initial.evaluate(outer, meter);
          accumulated =
              start instanceof List<?> list && list.isEmpty()
                  ? new GrowingList()
                  : start instanceof Map<?, ?> map && map.isEmpty() ? new GrowingMap() : start;
        }
        return accumulated;
      }
      if (!ended && name.equals(names.first())) {
        return first;
      }
      if (!ended && name.equals(names.second())) {
        return second;
      }
      return outer.find(name, meter);
    }
  }

  /** A list that a loop adds to in place: as long as only the loop knows it. */
  static final class GrowingList extends ArrayList<Object> {
    private static final long serialVersionUID = 1L;
    private transient boolean ended;

    void end() {
      ended = true;
    }

    boolean grows() {
      return !ended;
    }
  }

  /** A map that a loop adds to in place. */
  static final class GrowingMap extends LinkedHashMap<Object, Object> {
    private static final long serialVersionUID = 1L;
    private transient boolean ended;

    void end() {
      ended = true;
    }

    boolean grows() {
      return !ended;
    }
  }
}
