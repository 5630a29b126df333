package io.usher.patch;

/** The keys and words by which a strategic merge patch says what merging alone cannot. */
final class Directive {
  /** In a map: {@link #REPLACE_WORD}, {@link #DELETE_WORD} or {@link #MERGE_WORD}. */
  static final String PATCH = "$patch";

  /** In a map: the list of keys that stay. */
  static final String RETAIN_KEYS = "$retainKeys";

  /** Beside a list, before a slash and its name: the order that its elements are to have. */
  static final String ELEMENT_ORDER = "$setElementOrder";

  /** Beside a list of values, before a slash and its name: the values to remove. */
  static final String DELETE_VALUES = "$deleteFromPrimitiveList";

  static final String REPLACE_WORD = "replace";
  static final String DELETE_WORD = "delete";
  static final String MERGE_WORD = "merge";

  private Directive() {}

  static String elementOrder(String list) {
    return ELEMENT_ORDER + '/' + list;
  }

  static String deleteValues(String list) {
    return DELETE_VALUES + '/' + list;
  }
}
