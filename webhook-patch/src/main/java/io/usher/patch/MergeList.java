package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A list that is merged element by element: how its elements are told apart, and in which order
 * they come.
 */
final class MergeList {
  private final String step;
  private final String pointer;
  private final @Nullable String mergeKey;

  /**
   * @param step for messages
   * @param pointer of the list
   * @param mergeKey the member that tells maps apart; null for a list of scalars
   */
  MergeList(String step, String pointer, @Nullable String mergeKey) {
    this.step = step;
    this.pointer = pointer;
    this.mergeKey = mergeKey;
  }

  /** The one type of all elements, null where there is none. */
  static @Nullable ValueType elementType(
      String step, String pointer, Iterable<JsonNode> first, Iterable<JsonNode> second) {
    ValueType type = null;
    for (Iterable<JsonNode> list : List.of(first, second)) {
      for (JsonNode element : list) {
        ValueType other = ValueType.of(element);
        if (other == ValueType.LIST || other == ValueType.NULL) {
          throw new PatchException(
              pointer,
              step
                  + ": a list that is merged holds "
                  + (other == ValueType.LIST ? "lists" : "null"));
        }
        if (type != null && type != other) {
          throw new PatchException(
              pointer, step + ": a list that is merged holds elements of different types");
        }
        type = other;
      }
    }
    return type;
  }

  /** What tells an element apart from others: its merge key's value, or the scalar itself. */
  Object identity(JsonNode element) {
    Object identity = identityOrNull(element);
    if (identity == null) {
      throw failed(
          mergeKey == null
              ? "element " + element + " of a list without merge key is a map"
              : "element " + element + " has no merge key '" + mergeKey + "'");
    }
    return identity;
  }

  @Nullable Object identityOrNull(JsonNode element) {
    JsonNode value = mergeKey == null ? element : element.get(mergeKey);
    return value == null ? null : ValueType.scalar(value);
  }

  /** The text by which the API server sorts and joins elements. */
  String text(JsonNode element) {
    identity(element);
    return ValueType.text(mergeKey == null ? element : element.get(mergeKey));
  }

  /** The first index of each element. */
  Map<Object, Integer> index(List<JsonNode> elements) {
    var index = new HashMap<Object, Integer>(elements.size() * 4 / 3 + 1);
    for (int i = 0; i < elements.size(); i++) {
      index.putIfAbsent(identity(elements.get(i)), i);
    }
    return index;
  }

  /**
   * Puts merged elements in order: those that the patch orders as it does, the others as in the
   * live list, each of these before the first element of the patch that follows it there.
   */
  List<JsonNode> inOrder(List<JsonNode> merged, List<JsonNode> patchOrder, List<JsonNode> live) {
    Map<Object, Integer> patchIndex = index(patchOrder);
    Map<Object, Integer> liveIndex = index(live);
    var patched = new ArrayList<JsonNode>(merged.size());
    var others = new ArrayList<JsonNode>();
    for (JsonNode element : merged) {
      (patchIndex.containsKey(identity(element)) ? patched : others).add(element);
    }
    return interleave(sorted(others, liveIndex), sorted(patched, patchIndex), liveIndex);
  }

  private List<JsonNode> interleave(
      List<JsonNode> others, List<JsonNode> patched, Map<Object, Integer> liveIndex) {
    var all = new ArrayList<JsonNode>(others.size() + patched.size());
    int next = 0;
    for (JsonNode element : patched) {
      Integer place = liveIndex.get(identity(element));
      while (next < others.size()
          && place != null
          && isBefore(others.get(next), place, liveIndex)) {
        all.add(others.get(next++));
      }
      all.add(element);
    }
    all.addAll(others.subList(next, others.size()));
    return all;
  }

  private boolean isBefore(JsonNode element, int place, Map<Object, Integer> liveIndex) {
    Integer own = liveIndex.get(identity(element));
    return own != null && own < place;
  }

  /** In the given order, elements with the directive to delete them last. */
  List<JsonNode> sorted(List<JsonNode> elements, Map<Object, Integer> order) {
    var sorted = new ArrayList<JsonNode>(elements.size());
    var deleted = new ArrayList<JsonNode>();
    boolean allKnown = true;
    for (JsonNode element : elements) {
      if (mergeKey != null && isDeletion(element)) {
        deleted.add(element);
      } else {
        sorted.add(element);
        allKnown &= order.containsKey(identity(element));
      }
    }
    if (allKnown) {
      sorted.sort(Comparator.comparing(element -> order.get(identity(element))));
    } else {
      sortPartly(sorted, order);
    }
    sorted.addAll(deleted);
    return sorted;
  }

  /**
   * As the API server does with elements that the order does not name: taken one by one, each goes
   * before all that is unknown, or that it is before of, and before all where it is unknown itself.
   */
  private void sortPartly(List<JsonNode> elements, Map<Object, Integer> order) {
    for (int i = 1; i < elements.size(); i++) {
      Integer own = order.get(identity(elements.get(i)));
      int place = i;
      while (place > 0 && goesBefore(own, order.get(identity(elements.get(place - 1))))) {
        place--;
      }
      elements.add(place, elements.remove(i));
    }
  }

  private static boolean goesBefore(@Nullable Integer own, @Nullable Integer other) {
    return own == null || other == null || own < other;
  }

  static boolean isDeletion(JsonNode element) {
    return Directive.DELETE_WORD.equals(element.path(Directive.PATCH).textValue());
  }

  /** A map of the merge key alone. */
  JsonNode keyOnly(JsonNode element) {
    return withKey(PatchedCopy.NODES.objectNode(), element);
  }

  /** The directive that deletes an element. */
  JsonNode deletion(JsonNode element) {
    return withKey(PatchedCopy.NODES.objectNode(), element)
        .put(Directive.PATCH, Directive.DELETE_WORD);
  }

  /** Gives a patch the key of the element that it is for. */
  ObjectNode withKey(ObjectNode patch, JsonNode element) {
    patch.set(mergeKey, element.get(mergeKey));
    return patch;
  }

  PatchException duplicate(JsonNode element) {
    return new DuplicateElementException(
        pointer,
        step
            + ": more than one element has "
            + (mergeKey == null
                ? "the value " + element
                : "the merge key " + mergeKey + ": " + element.get(mergeKey))
            + ", so that a patch cannot tell them apart");
  }

  PatchException failed(String problem) {
    return new PatchException(pointer, step + ": " + problem);
  }

  static List<JsonNode> elements(JsonNode array) {
    var elements = new ArrayList<JsonNode>(array.size());
    array.forEach(elements::add);
    return elements;
  }
}
