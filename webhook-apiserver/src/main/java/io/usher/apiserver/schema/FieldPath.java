package io.usher.apiserver.schema;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The path of a field in a schema, {@code .spec.name} or {@code .spec['a-b'].c}: of rules, and of
 * fields that can be selected.
 *
 * @param normalized the path as errors name it
 * @param schema of the field; null when the path leads nowhere
 * @param problem why it leads nowhere, or empty
 */
record FieldPath(String normalized, @Nullable SchemaNode schema, String problem) {

  private static final Pattern STEP =
      Pattern.compile("\\.([^.\\[\\]']+)|\\['((?:[^'\\\\]|\\\\.)*)'\\]");

  /** Follows a path from a schema. */
  static FieldPath of(String path, SchemaNode from) {
    var normalized = new StringBuilder();
    SchemaNode at = from;
    int end = 0;
    Matcher step = STEP.matcher(path);
    while (end < path.length()) {
      if (!step.find(end) || step.start() != end) {
        return new FieldPath("", null, "expected [ or . but got: " + path.substring(end));
      }
      end = step.end();
      boolean named = step.group(1) != null;
      String name = named ? step.group(1) : step.group(2).replaceAll("\\\\(.)", "$1");
      SchemaNode property = at.property(name);
      if (property != null) {
        normalized.append(normalized.length() == 0 ? "" : ".").append(name);
        at = property;
      } else if (at.properties().isEmpty() && at.values() != null) {
        normalized.append('[').append(name).append(']');
        at = at.values();
      } else {
        return new FieldPath("", null, "does not refer to a valid field");
      }
    }
    return new FieldPath(normalized.toString(), at, "");
  }
}
