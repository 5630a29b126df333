package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A set of an object's fields: the {@code fieldsV1} of a manager. A tree by the steps of {@link
 * PathElement}, in which each node may be a member and has members below it where it is none. A set
 * is filled first; what the operations give shares parts with what they are called on.
 */
final class FieldSet {
  private boolean member;
  private final SortedMap<String, FieldSet> children;

  FieldSet() {
    this(false, new TreeMap<>());
  }

  private FieldSet(boolean member, SortedMap<String, FieldSet> children) {
    this.member = member;
    this.children = children;
  }

  /** The fields at these places, {@code metadata.labels}. */
  static FieldSet of(Collection<String> paths) {
    var set = new FieldSet();
    for (String path : paths) {
      var elements = new ArrayList<String>();
      for (String name : path.split("\\.")) {
        elements.add(PathElement.field(name));
      }
      set.add(elements);
    }
    return set;
  }

  /**
   * Reads {@code fieldsV1}.
   *
   * @throws PatchException when it is none
   */
  static FieldSet parse(JsonNode fieldsV1) {
    var set = new FieldSet();
    set.read(fieldsV1);
    set.member = false;
    return set;
  }

  private void read(JsonNode json) {
    if (!json.isObject() && !json.isNull()) {
      throw new PatchException("", "read fieldsV1: a field must be an object, not " + json);
    }
    for (Map.Entry<String, JsonNode> each : json.properties()) {
      if (each.getKey().equals(PathElement.SELF)) {
        member = true;
        continue;
      }
      String element = PathElement.parse(each.getKey());
      if (element != null) {
        children.computeIfAbsent(element, none -> new FieldSet()).read(each.getValue());
      }
    }
    member |= children.isEmpty();
  }

  /** As {@code fieldsV1}. */
  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (member && !children.isEmpty()) {
      json.putObject(PathElement.SELF);
    }
    children.forEach((element, child) -> json.set(element, child.toJson()));
    return json;
  }

  /** Adds a field; the object itself is none. */
  void add(List<String> path) {
    FieldSet at = this;
    for (String element : path) {
      at = at.children.computeIfAbsent(element, none -> new FieldSet());
    }
    at.member = at != this;
  }

  boolean isEmpty() {
    return !member && children.isEmpty();
  }

  /** Whether a field of the value at hand is a member. */
  boolean has(String element) {
    FieldSet child = children.get(element);
    return child != null && child.member;
  }

  boolean has(List<String> path) {
    FieldSet at = this;
    for (String element : path) {
      at = at.children.get(element);
      if (at == null) {
        return false;
      }
    }
    return at.member;
  }

  /** The members below a field, null where there are none. */
  @Nullable FieldSet below(String element) {
    FieldSet child = children.get(element);
    return child == null || child.children.isEmpty() ? null : child;
  }

  FieldSet union(FieldSet other) {
    if (isEmpty()) {
      return other;
    }
    var all = new TreeMap<>(children);
    other.children.forEach((element, child) -> all.merge(element, child, FieldSet::union));
    return new FieldSet(member || other.member, all);
  }

  FieldSet intersection(FieldSet other) {
    var both = new TreeMap<String, FieldSet>();
    children.forEach(
        (element, child) -> {
          FieldSet there = other.children.get(element);
          if (there != null) {
            putUnlessEmpty(both, element, child.intersection(there));
          }
        });
    return new FieldSet(member && other.member, both);
  }

  /** Without the other's members; what is below them stays. */
  FieldSet difference(FieldSet other) {
    if (other.isEmpty()) {
      return this;
    }
    var left = new TreeMap<String, FieldSet>();
    children.forEach(
        (element, child) -> {
          FieldSet there = other.children.get(element);
          putUnlessEmpty(left, element, there == null ? child : child.difference(there));
        });
    return new FieldSet(member && !other.member, left);
  }

  /** Without the other's members and all below them. */
  FieldSet without(FieldSet other) {
    if (other.isEmpty()) {
      return this;
    }
    var left = new TreeMap<String, FieldSet>();
    children.forEach(
        (element, child) -> {
          FieldSet there = other.children.get(element);
          if (there == null || !there.member) {
            putUnlessEmpty(left, element, there == null ? child : child.without(there));
          }
        });
    return new FieldSet(member, left);
  }

  /** Only the other's members and what is below them. */
  FieldSet within(FieldSet other) {
    var kept = new TreeMap<String, FieldSet>();
    children.forEach(
        (element, child) -> {
          FieldSet there = other.children.get(element);
          if (there != null) {
            putUnlessEmpty(kept, element, there.member ? child : child.within(there));
          }
        });
    return new FieldSet(false, kept);
  }

  private static void putUnlessEmpty(
      SortedMap<String, FieldSet> children, String element, FieldSet child) {
    if (!child.isEmpty()) {
      children.put(element, child);
    }
  }

  /** The same, in which each field that a type names is a member where something below it is. */
  FieldSet withNamedFields(FieldSchema schema) {
    var all = new TreeMap<String, FieldSet>();
    children.forEach(
        (element, child) -> {
          FieldSet more = child.withNamedFields(schemaOf(element, schema));
          boolean named =
              PathElement.isField(element) && schema.type().names(PathElement.name(element));
          all.put(element, new FieldSet(more.member || named, more.children));
        });
    return new FieldSet(member, all);
  }

  /** The same, in which nothing is below a value that now has one owner. */
  FieldSet fittedTo(FieldSchema schema) {
    var all = new TreeMap<String, FieldSet>();
    children.forEach(
        (element, child) -> {
          FieldSchema field = schemaOf(element, schema);
          all.put(
              element,
              child.isBelowOneOwner(field)
                  ? new FieldSet(true, new TreeMap<>())
                  : child.fittedTo(field));
        });
    return new FieldSet(member, all);
  }

  private boolean isBelowOneOwner(FieldSchema field) {
    return !children.isEmpty()
        && (PathElement.isField(children.firstKey()) ? field.isAtomicMap() : field.isAtomicList());
  }

  private static FieldSchema schemaOf(String element, FieldSchema schema) {
    return PathElement.isField(element)
        ? schema.type().field(PathElement.name(element))
        : schema.element();
  }

  /** Tells of each member, those of a value before those further below. */
  void forEach(Consumer<List<String>> consumer) {
    forEach(new ArrayList<>(), consumer);
  }

  private void forEach(List<String> path, Consumer<List<String>> consumer) {
    children.forEach(
        (element, child) -> {
          if (child.member) {
            path.add(element);
            consumer.accept(List.copyOf(path));
            path.remove(path.size() - 1);
          }
        });
    children.forEach(
        (element, child) -> {
          path.add(element);
          child.forEach(path, consumer);
          path.remove(path.size() - 1);
        });
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FieldSet set && member == set.member && children.equals(set.children);
  }

  @Override
  public int hashCode() {
    return children.hashCode() * 2 + (member ? 1 : 0);
  }

  @Override
  public String toString() {
    return toJson().toString();
  }
}
