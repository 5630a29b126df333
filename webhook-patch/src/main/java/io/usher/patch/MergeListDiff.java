package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Writes into a strategic merge patch what turns one merged list into another. */
final class MergeListDiff {
  private final String name;
  private final MergeList list;
  private final List<JsonNode> original;
  private final List<JsonNode> modified;
  private final StrategicDiff.Part part;
  private final ObjectNode patch;

  /**
   * @param name the list's, inside the object that {@code patch} is for
   */
  MergeListDiff(
      String name,
      MergeList list,
      List<JsonNode> original,
      List<JsonNode> modified,
      StrategicDiff.Part part,
      ObjectNode patch) {
    this.name = name;
    this.list = list;
    this.original = original;
    this.modified = modified;
    this.part = part;
    this.patch = patch;
  }

  /** A list that was empty: there is nothing to put in order. */
  void additions() {
    groups(modified, new LinkedHashMap<>()).values().forEach(this::requireSingle);
    set(name, modified);
  }

  /**
   * A list of maps: what is changed or added in the new order, then what is deleted.
   *
   * @param difference the patch that turns one map into another
   */
  void maps(ElementOperator difference) {
    Map<String, List<JsonNode>> before = groups(original, new TreeMap<>(ValueType.TEXT_ORDER));
    Map<String, List<JsonNode>> after = groups(modified, new LinkedHashMap<>());
    Map<JsonNode, Integer> places = new IdentityHashMap<>();
    for (int i = 0; i < modified.size(); i++) {
      places.put(modified.get(i), i);
    }
    var changes = new ArrayList<JsonNode>();
    after.forEach(
        (key, elements) -> {
          List<JsonNode> same = before.getOrDefault(key, List.of());
          if (elements.size() > 1 || same.size() > 1) {
            requireSame(same, elements, places, difference);
          } else if (same.isEmpty()) {
            if (part.changes()) {
              changes.add(elements.get(0));
            }
          } else {
            JsonNode change =
                difference.apply(place(places, elements.get(0)), same.get(0), elements.get(0));
            if (!change.isEmpty()) {
              changes.add(list.withKey((ObjectNode) change, elements.get(0)));
            }
          }
        });
    var patched = new ArrayList<>(list.sorted(changes, list.index(modified)));
    if (part.deletions()) {
      before.keySet().removeAll(after.keySet());
      before.values().stream()
          .flatMap(Collection::stream)
          .map(list::deletion)
          .forEach(patched::add);
    }
    set(name, patched);
    boolean reordered = part.changes() && !isSameOrder();
    if (part.ordered() && (!patched.isEmpty() || reordered)) {
      setOrder(modified.stream().map(list::keyOnly).toList());
    }
  }

  /** A list of scalars: what is added in the new order, and beside it what is deleted. */
  void scalars() {
    Map<String, List<JsonNode>> before = groups(original, new TreeMap<>(ValueType.TEXT_ORDER));
    Map<String, List<JsonNode>> after = groups(modified, new LinkedHashMap<>());
    var additions = new ArrayList<JsonNode>();
    if (part.changes()) {
      after.forEach(
          (text, elements) -> {
            int known = before.getOrDefault(text, List.of()).size();
            if (elements.size() > 1 && known != elements.size()) {
              throw list.duplicate(elements.get(0));
            }
            if (known == 0) {
              additions.add(elements.get(0));
            }
          });
    }
    var deletions = new ArrayList<JsonNode>();
    if (part.deletions()) {
      before.forEach(
          (text, elements) -> {
            int left = after.getOrDefault(text, List.of()).size();
            if (left > 0 && left < elements.size()) {
              throw list.duplicate(elements.get(0));
            }
            if (left == 0) {
              deletions.add(elements.get(0));
            }
          });
    }
    if (!additions.isEmpty()) {
      after.values().forEach(this::requireSingle);
    }
    set(name, additions);
    set(Directive.deleteValues(name), deletions);
    boolean changed = part.changes() && !isSameOrder();
    if (part.ordered() && (changed || !deletions.isEmpty())) {
      setOrder(modified);
    }
  }

  private Map<String, List<JsonNode>> groups(
      List<JsonNode> elements, Map<String, List<JsonNode>> groups) {
    for (JsonNode element : elements) {
      groups.computeIfAbsent(list.text(element), text -> new ArrayList<>(1)).add(element);
    }
    return groups;
  }

  /** Elements that share their key can stay as they are, all of them, or go. */
  private void requireSame(
      List<JsonNode> before,
      List<JsonNode> after,
      Map<JsonNode, Integer> places,
      ElementOperator difference) {
    int common = Math.min(before.size(), after.size());
    boolean same =
        (before.size() == common || !part.deletions())
            && (after.size() == common || !part.changes());
    for (int i = 0; same && i < common; i++) {
      JsonNode element = after.get(i);
      same = difference.apply(place(places, element), before.get(i), element).isEmpty();
    }
    if (!same) {
      throw list.duplicate(after.get(0));
    }
  }

  private void requireSingle(List<JsonNode> same) {
    if (same.size() > 1) {
      throw list.duplicate(same.get(0));
    }
  }

  private boolean isSameOrder() {
    if (original.size() != modified.size()) {
      return false;
    }
    for (int i = 0; i < original.size(); i++) {
      if (!list.identity(original.get(i)).equals(list.identity(modified.get(i)))) {
        return false;
      }
    }
    return true;
  }

  private void setOrder(List<JsonNode> order) {
    String previous = null;
    var seen = new HashSet<String>();
    for (JsonNode element : order) {
      String text = list.text(element);
      if (!seen.add(text) && !text.equals(previous)) {
        throw list.duplicate(element);
      }
      previous = text;
    }
    set(Directive.elementOrder(name), order);
  }

  private void set(String member, List<JsonNode> elements) {
    if (!elements.isEmpty()) {
      patch.set(member, PatchedCopy.NODES.arrayNode(elements.size()).addAll(elements));
    }
  }

  private static int place(Map<JsonNode, Integer> places, JsonNode element) {
    return Objects.requireNonNull(places.get(element));
  }
}
