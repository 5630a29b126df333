package io.usher.cel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A list of type {@code set} or {@code map}: it equals another list of the same elements in any
 * order, and adding a list to it adds what it does not have. As in Kubernetes this holds on the
 * left of {@code ==} and {@code +}.
 */
final class UnorderedList extends AbstractList<Object> {

  private static final int BYTES_OF_AN_ENTRY = 48;

  private final List<Object> elements;

  /** What tells each element from the others, in their order. */
  private final List<Object> keys;

  private final Identity identity;

  /** What tells the elements of a list apart. */
  private interface Identity {

    /** The key of an element of this list, as it is in JSON. */
    Object of(JsonNode element);

    /** The key of an element of any list. */
    Object of(Object element);

    /** Whether elements of one key are the same. */
    boolean isWhole();
  }

  private UnorderedList(List<Object> elements, List<Object> keys, Identity identity) {
    this.elements = elements;
    this.keys = keys;
    this.identity = identity;
  }

  /** How JSON is read as a list of this order. */
  static JsonValues.Reading reading(JsonValues.Reading element, ValueType.ListOrder order) {
    Identity identity = order.keys().isEmpty() ? new Element() : new Members(order.keys());
    return json ->
        new UnorderedList(
            new JsonValues.JsonList(json, element),
            new JsonValues.JsonList(json, identity::of),
            identity);
  }

  @Override
  public Object get(int index) {
    return elements.get(index);
  }

  @Override
  public int size() {
    return elements.size();
  }

  /** Whether another list has the same elements. */
  boolean isSame(List<?> other, Meter meter) {
    if (size() != other.size()) {
      return false;
    }
    Map<Object, Integer> places = places(meter);
    for (Object each : other) {
      meter.step();
      Integer place = places.get(identity.of(each));
      if (place == null || !identity.isWhole() && !Values.same(get(place), each, meter)) {
        return false;
      }
    }
    return true;
  }

  /** Where elements are, by their keys; the last one of a key. */
  private Map<Object, Integer> places(Meter meter) {
    var places = new HashMap<Object, Integer>();
    for (int i = 0; i < size(); i++) {
      meter.step();
      places.put(keys.get(i), i);
    }
    return places;
  }

  /** These elements, and those of another list that are not among them. */
  UnorderedList plus(List<?> other, Meter meter) {
    meter.made((long) BYTES_OF_AN_ENTRY * (size() + other.size()));
    Map<Object, Integer> places = places(meter);
    var all = new ArrayList<Object>(elements);
    var allKeys = new ArrayList<Object>(keys);
    for (Object each : other) {
      meter.step();
      Object key = identity.of(each);
      Integer place = places.get(key);
      if (place == null) {
        all.add(each);
        allKeys.add(key);
        if (identity.isWhole()) {
          places.put(key, all.size() - 1);
        }
      } else if (!identity.isWhole()) {
        all.set(place, each);
      }
    }
    return new UnorderedList(all, allKeys, identity);
  }

  /** A set's elements, as they are in JSON: a number is an int if it is written as one. */
  private static final class Element implements Identity {
    @Override
    public Object of(JsonNode element) {
      return JsonValues.of(element);
    }

    @Override
    public Object of(Object element) {
      return element;
    }

    @Override
    public boolean isWhole() {
      return true;
    }
  }

  /**
   * The members of objects. One whose name has to be escaped is not found, as Kubernetes looks for
   * its escaped name.
   */
  private static final class Members implements Identity {
    private final List<String> names = new ArrayList<>();

    Members(List<String> keys) {
      for (String key : keys) {
        String escaped = FieldNames.escaped(key);
        names.add(escaped.isEmpty() ? key : escaped);
      }
    }

    @Override
    public Object of(JsonNode element) {
      var key = new StringBuilder();
      for (String name : names) {
        JsonNode member = element.path(name);
        key.append(member.isMissingNode() ? NullNode.getInstance() : member).append(',');
      }
      return key.toString();
    }

    @Override
    public Object of(Object element) {
      ObjectNode json = TypedValues.json(element);
      return json == null ? element : of((JsonNode) json);
    }

    @Override
    public boolean isWhole() {
      return false;
    }
  }
}
