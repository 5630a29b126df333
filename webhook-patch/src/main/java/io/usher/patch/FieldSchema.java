package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a type declares of one of its fields.
 *
 * @param strategy how a strategic merge patch treats the field's value
 * @param retainKeys whether such a patch lists the keys that are to stay
 * @param mergeKey the member that tells a list's elements apart in a strategic merge patch
 * @param listKeys the members that together do so in server-side apply; empty where none are
 *     declared
 * @param keyDefaults what such a member is where an element leaves it out
 * @param ownership how server-side apply divides the field's value among managers
 * @param type the field's type, or that of the elements of its list
 */
record FieldSchema(
    Strategy strategy,
    boolean retainKeys,
    @Nullable String mergeKey,
    List<String> listKeys,
    Map<String, JsonNode> keyDefaults,
    Ownership ownership,
    StructSchema type) {

  private static final String RETAIN_KEYS = "retainKeys";

  enum Strategy {
    /** Maps are merged, lists are replaced as a whole. */
    DEFAULT,
    MERGE,
    REPLACE
  }

  /** Who may own what of a value. */
  enum Ownership {
    /** A map as its type says, a list as a whole. */
    DEFAULT,
    /** A map as a whole, whatever its type says. */
    ATOMIC,
    /** A map member by member, whatever its type says. */
    GRANULAR,
    /** A list by its values. */
    SET,
    /** A list by its elements, which their keys tell apart. */
    MAP
  }

  FieldSchema {
    listKeys = List.copyOf(listKeys);
    keyDefaults = Map.copyOf(keyDefaults);
  }

  /** A field of which nothing is declared that server-side apply needs. */
  FieldSchema(
      Strategy strategy,
      boolean retainKeys,
      @Nullable String mergeKey,
      List<String> listKeys,
      StructSchema type) {
    this(
        strategy,
        retainKeys,
        mergeKey,
        listKeys,
        Map.of(),
        listKeys.isEmpty() ? Ownership.DEFAULT : Ownership.MAP,
        type);
  }

  /** A field of which nothing but its type is declared. */
  static FieldSchema of(StructSchema type) {
    return new FieldSchema(Strategy.DEFAULT, false, null, List.of(), type);
  }

  /**
   * A field as Kubernetes writes it down.
   *
   * @param strategies {@code merge}, {@code replace}, {@code retainKeys} or {@code retainKeys} and
   *     one of the others
   * @throws PatchException for other strategies
   */
  static FieldSchema declared(
      String field,
      List<String> strategies,
      @Nullable String mergeKey,
      List<String> listKeys,
      StructSchema type) {
    boolean retainKeys = strategies.contains(RETAIN_KEYS);
    Strategy strategy = Strategy.DEFAULT;
    for (String word : strategies) {
      if (word.equals(RETAIN_KEYS)) {
        continue;
      }
      if (strategy != Strategy.DEFAULT || !word.equals("merge") && !word.equals("replace")) {
        throw new PatchException(
            "", "read schema: field " + field + " has the unknown patch strategy " + strategies);
      }
      strategy = word.equals("merge") ? Strategy.MERGE : Strategy.REPLACE;
    }
    return new FieldSchema(strategy, retainKeys, mergeKey, listKeys, type);
  }

  /** The same with what server-side apply needs. */
  FieldSchema owned(Ownership other, Map<String, JsonNode> defaults) {
    return new FieldSchema(strategy, retainKeys, mergeKey, listKeys, defaults, other, type);
  }

  /** Whether one manager owns a map as a whole. */
  boolean isAtomicMap() {
    return ownership == Ownership.ATOMIC || ownership != Ownership.GRANULAR && type.isAtomic();
  }

  /** Whether one manager owns a list as a whole. */
  boolean isAtomicList() {
    return ownership != Ownership.SET && ownership != Ownership.MAP;
  }

  /** The members that tell apart the elements of a list with ownership {@code MAP}. */
  List<String> elementKeys() {
    return listKeys.isEmpty() && mergeKey != null ? List.of(mergeKey) : listKeys;
  }

  /** What holds for each element of a list. */
  FieldSchema element() {
    return type.asField();
  }

  /** The strategies as Kubernetes writes them. */
  List<String> strategies() {
    String word = strategy.name().toLowerCase(Locale.ROOT);
    if (strategy == Strategy.DEFAULT) {
      return retainKeys ? List.of(RETAIN_KEYS) : List.of();
    }
    return retainKeys ? List.of(word, RETAIN_KEYS) : List.of(word);
  }
}
