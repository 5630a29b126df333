package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Merges the list of a strategic merge patch into that of a document, or of another patch. */
final class MergeListApplier {
  private final String pointer;
  private final FieldSchema field;
  private final MergeList list;
  private final ElementOperator elementMerge;

  /**
   * @param elementMerge merges the second map into the first
   */
  MergeListApplier(String pointer, FieldSchema field, ElementOperator elementMerge) {
    this.pointer = pointer;
    this.field = field;
    this.elementMerge = elementMerge;
    list = new MergeList(StrategicMerge.STEP, pointer, field.mergeKey());
  }

  /** The list with the elements of the patch merged, or without those if the patch deletes them. */
  JsonNode merged(JsonNode live, JsonNode patch, boolean deletesValues) {
    if (field.strategy() != FieldSchema.Strategy.MERGE && !deletesValues) {
      return patch;
    }
    return array(merge(new Live(live), MergeList.elements(patch), deletesValues));
  }

  /**
   * The list, merged and in the order that a directive gives.
   *
   * @param live null where there is none, as {@code patch}
   * @return null where there is neither
   */
  @Nullable JsonNode ordered(@Nullable JsonNode live, @Nullable JsonNode patch, JsonNode order) {
    List<JsonNode> elementOrder = MergeList.elements(order);
    if (patch != null) {
      requireOrder(MergeList.elements(patch), elementOrder);
    }
    if (live == null && patch == null) {
      return null;
    }
    var known = new Live(live == null ? PatchedCopy.NODES.arrayNode() : live);
    List<JsonNode> merged;
    if (patch == null) {
      merged = known.elements();
    } else if (live == null) {
      merged = MergeList.elements(Objects.requireNonNull(StrategicMerge.withoutDirectives(patch)));
    } else if (field.strategy() == FieldSchema.Strategy.MERGE) {
      merged = merge(known, MergeList.elements(patch), false);
    } else {
      merged = MergeList.elements(patch);
    }
    requireElements(live, patch);
    return array(list.inOrder(merged, elementOrder, known.slots()));
  }

  private void requireElements(@Nullable JsonNode live, @Nullable JsonNode patch) {
    JsonNode none = PatchedCopy.NODES.arrayNode();
    if (elementType(live == null ? none : live, patch == null ? none : patch) == null) {
      throw list.failed("$setElementOrder is given for a list without elements");
    }
  }

  private @Nullable ValueType elementType(Iterable<JsonNode> live, Iterable<JsonNode> patch) {
    return MergeList.elementType(StrategicMerge.STEP, pointer, live, patch);
  }

  /** The elements of the patch must come in the order that it sets, deletions left out. */
  private void requireOrder(List<JsonNode> patch, List<JsonNode> order) {
    if (patch.isEmpty() || order.isEmpty()) {
      return;
    }
    List<JsonNode> kept =
        patch.stream()
            .filter(element -> field.mergeKey() == null || !MergeList.isDeletion(element))
            .toList();
    int next = 0;
    int place = 0;
    while (next < kept.size() && place < order.size()) {
      JsonNode element = kept.get(next);
      if (element.has(Directive.PATCH)) {
        next++;
      } else {
        next += list.identity(element).equals(list.identity(order.get(place++))) ? 1 : 0;
      }
    }
    if (next < kept.size()) {
      throw list.failed("the order of its elements is not that of $setElementOrder");
    }
  }

  private List<JsonNode> merge(Live live, List<JsonNode> patch, boolean deletesValues) {
    ValueType type = elementType(live.elements(), patch);
    if (type == null) {
      return List.of();
    }
    if (type == ValueType.MAP) {
      return mergeMaps(live, patch);
    }
    if (deletesValues) {
      var deleted = new HashSet<>();
      patch.forEach(value -> deleted.add(ValueType.scalar(value)));
      return live.elements().stream()
          .filter(value -> !deleted.contains(ValueType.scalar(value)))
          .toList();
    }
    var union = new LinkedHashMap<Object, JsonNode>();
    live.elements().forEach(value -> union.putIfAbsent(list.identity(value), value));
    patch.forEach(value -> union.putIfAbsent(list.identity(value), value));
    return list.inOrder(List.copyOf(union.values()), patch, live.elements());
  }

  private List<JsonNode> mergeMaps(Live live, List<JsonNode> patch) {
    if (field.mergeKey() == null) {
      throw list.failed("a list of maps without merge key cannot be merged");
    }
    var plain = new ArrayList<JsonNode>(patch.size());
    var deleted = new LinkedHashSet<>();
    boolean replace = false;
    for (JsonNode element : patch) {
      JsonNode directive = element.get(Directive.PATCH);
      if (directive == null) {
        plain.add(element);
      } else if (Directive.DELETE_WORD.equals(directive.textValue())) {
        deleted.add(list.identity(element));
      } else if (Directive.REPLACE_WORD.equals(directive.textValue())) {
        replace = true;
      } else {
        throw list.failed("$patch must be replace or delete in an element, and is " + directive);
      }
    }
    if (!deleted.isEmpty()) {
      live.delete(deleted);
    }
    if (replace) {
      return list.inOrder(plain, List.of(), plain);
    }
    List<JsonNode> merged = live.merge(plain);
    return list.inOrder(merged, plain, live.elements());
  }

  private static ArrayNode array(List<JsonNode> elements) {
    return PatchedCopy.NODES.arrayNode(elements.size()).addAll(elements);
  }

  /**
   * The live list while it is merged. The API server does that in place, and where a patch sets the
   * order of a list, it takes the live order from what this leaves behind: elements that follow a
   * deleted one have moved up, and new ones fill the places at the end that became free.
   */
  private final class Live {
    private final JsonNode[] slots;
    private List<JsonNode> elements;

    Live(JsonNode live) {
      elements = MergeList.elements(live);
      slots = elements.toArray(JsonNode[]::new);
    }

    List<JsonNode> slots() {
      return Arrays.asList(slots);
    }

    List<JsonNode> elements() {
      return elements;
    }

    /** Deletes all elements with one of these keys, one after the other. */
    void delete(Set<Object> identities) {
      Map<Object, List<Integer>> places = new HashMap<>();
      for (int i = 0; i < elements.size(); i++) {
        Object identity = list.identityOrNull(elements.get(i));
        if (identities.contains(identity)) {
          places.computeIfAbsent(identity, key -> new ArrayList<>(1)).add(i);
        }
      }
      var deleted = new BitSet();
      int last = elements.size() - 1;
      int length = elements.size();
      for (Object identity : identities) {
        for (int place : places.getOrDefault(identity, List.of())) {
          // the others move up by one, and the last one stays where it was, too
          slots[--length] = elements.get(last);
          deleted.set(place);
          last = deleted.previousClearBit(last);
        }
      }
      List<JsonNode> left = new ArrayList<>(elements.size());
      for (int i = deleted.nextClearBit(0); i < elements.size(); i = deleted.nextClearBit(i + 1)) {
        slots[left.size()] = elements.get(i);
        left.add(elements.get(i));
      }
      elements = left;
    }

    /** Merges into the first element with the same key, and adds what has none. */
    List<JsonNode> merge(List<JsonNode> patch) {
      var merged = new ArrayList<>(elements);
      Map<Object, Integer> index = new HashMap<>();
      for (int i = 0; i < merged.size(); i++) {
        index.putIfAbsent(list.identityOrNull(merged.get(i)), i);
      }
      for (JsonNode element : patch) {
        Integer place = index.putIfAbsent(list.identity(element), merged.size());
        if (place == null) {
          merged.add(element);
        } else {
          merged.set(place, elementMerge.apply(place, merged.get(place), element));
        }
      }
      for (int i = 0; i < Math.min(merged.size(), slots.length); i++) {
        slots[i] = merged.get(i);
      }
      elements = merged.subList(0, elements.size());
      return merged;
    }
  }
}
