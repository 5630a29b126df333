package io.usher.cel;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lists, maps and objects that an expression writes down. */
final class Make {

  private static final int BYTES_OF_AN_ELEMENT = 16;
  private static final int BYTES_OF_AN_ENTRY = 48;
  private static final int BYTES_OF_A_LIST = 48;
  private static final int BYTES_OF_A_MAP = 128;

  private Make() {}

  /** An element, and whether it is left out when its optional value is empty. */
  record Element(Step step, boolean optional) {}

  /** A key or a name, and its value. */
  record Entry(Step key, Step value, boolean optional) {}

  static final class OfList extends Step {
    private final List<Element> elements;

    OfList(long id, List<Element> elements) {
      super(id);
      this.elements = elements;
    }

    @Override
    Object evaluate(Scope scope, Meter meter) {
      meter.step();
      Object made = made(scope, meter);
      meter.charge(Prices.LIST);
      return made;
    }

    private Object made(Scope scope, Meter meter) {
      var list = new ArrayList<Object>(elements.size());
      for (Element element : elements) {
        Object value = element.step().evaluate(scope, meter);
        if (value instanceof Fault) {
          return value;
        }
        if (element.optional()) {
          if (!(value instanceof Optional<?> optional)) {
            return new Fault(
                "cannot initialize optional list element from non-optional value "
                    + Values.printed(value));
          }
          optional.ifPresent(list::add);
        } else {
          list.add(value);
        }
      }
      meter.made(BYTES_OF_A_LIST + (long) BYTES_OF_AN_ELEMENT * list.size());
      return list;
    }
  }

  static final class OfMap extends Step {
    private final List<Entry> entries;

    OfMap(long id, List<Entry> entries) {
      super(id);
      this.entries = entries;
    }

    @Override
    Object evaluate(Scope scope, Meter meter) {
      meter.step();
      Object made = entries(entries, scope, meter);
      meter.charge(Prices.MAP);
      return made;
    }
  }

  static final class OfObject extends Step {
    private final String type;
    private final List<Entry> entries;

    OfObject(long id, String type, List<Entry> entries) {
      super(id);
      this.type = type;
      this.entries = entries;
    }

    @Override
    Object evaluate(Scope scope, Meter meter) {
      meter.step();
      Object made = entries(entries, scope, meter);
      if (made instanceof Map<?, ?> fields) {
        made = type.equals(PolicyTypes.PATCH) ? patch(fields) : object(fields);
      }
      meter.charge(Prices.OBJECT);
      return made;
    }

    private Object object(Map<?, ?> fields) {
      var named = new LinkedHashMap<String, Object>();
      fields.forEach((name, value) -> named.put((String) name, value));
      return new ObjectValue(type, named);
    }

    private static Object patch(Map<?, ?> fields) {
      for (String name : List.of("op", "path", "from")) {
        Object value = fields.get(name);
        if (value != null && !(value instanceof String)) {
          return new Fault(
              "unexpected type "
                  + Values.goNative(value)
                  + " for JSONPatchType '"
                  + name
                  + "' field");
        }
      }
      return new PatchValue(
          text(fields.get("op")),
          text(fields.get("path")),
          text(fields.get("from")),
          fields.get("value"));
    }

    private static String text(@org.jspecify.annotations.Nullable Object value) {
      return value == null ? "" : (String) value;
    }
  }

  private static Object entries(List<Entry> entries, Scope scope, Meter meter) {
    var map = new LinkedHashMap<Object, Object>();
    for (Entry entry : entries) {
      Object key = entry.key().evaluate(scope, meter);
      if (key instanceof Fault) {
        return key;
      }
      Object value = entry.value().evaluate(scope, meter);
      if (value instanceof Fault) {
        return value;
      }
      if (entry.optional()) {
        if (!(value instanceof Optional<?> optional)) {
          return new Fault(
              "cannot initialize optional entry '"
                  + Values.printed(key)
                  + "' from non-optional value "
                  + Values.printed(value));
        }
        if (optional.isEmpty()) {
          map.remove(key);
          continue;
        }
        value = optional.get();
      }
      map.put(key, value);
    }
    meter.made(BYTES_OF_A_MAP + (long) BYTES_OF_AN_ENTRY * map.size());
    return map;
  }
}
