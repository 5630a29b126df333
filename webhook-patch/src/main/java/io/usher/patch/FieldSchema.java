package io.usher.patch;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a type declares of one of its fields.
 *
 * @param strategy how a strategic merge patch treats the field's value
 * @param retainKeys whether such a patch lists the keys that are to stay
 * @param mergeKey the member that tells a list's elements apart in a strategic merge patch
 * @param listKeys the members that together do so in server-side apply; empty where none are
 *     declared
 * @param type the field's type, or that of the elements of its list
 */
record FieldSchema(
    Strategy strategy,
    boolean retainKeys,
    @Nullable String mergeKey,
    List<String> listKeys,
    StructSchema type) {

  static final FieldSchema NONE = of(StructSchema.none());

  private static final String RETAIN_KEYS = "retainKeys";

  enum Strategy {
    /** Maps are merged, lists are replaced as a whole. */
    DEFAULT,
    MERGE,
    REPLACE
  }

  FieldSchema {
    listKeys = List.copyOf(listKeys);
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

  /** The strategies as Kubernetes writes them. */
  List<String> strategies() {
    String word = strategy.name().toLowerCase(Locale.ROOT);
    if (strategy == Strategy.DEFAULT) {
      return retainKeys ? List.of(RETAIN_KEYS) : List.of();
    }
    return retainKeys ? List.of(word, RETAIN_KEYS) : List.of(word);
  }
}
