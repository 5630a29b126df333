package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.usher.apiserver.api.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The problems of an object that are told: the first ones. A body has room for a million wrong
 * values, and a long name is in the path of each value below it.
 */
final class ToldErrors {

  /** How many are told; who looks for them may stop behind these. */
  static final int MOST = 1000;

  /** What their paths and texts may have together, but for the first. */
  private static final int MOST_CHARACTERS = 1 << 20;

  /** What the paths of all values may have together: each check may write each of them. */
  private static final long MOST_PATHS = 32 << 20;

  private ToldErrors() {}

  /**
   * The first problems of a value.
   *
   * @param check finds them; not called for a value whose paths are too long
   */
  static List<FieldError> of(JsonNode value, Supplier<List<FieldError>> check) {
    if (paths(value, 0, 0) > MOST_PATHS) {
      return List.of(
          problem(
              "the paths of all values have together more than "
                  + MOST_PATHS
                  + " characters: shorten the names of fields, or split the object"));
    }
    List<FieldError> found = check.get();
    int characters = 0;
    for (int i = 0; i < found.size(); i++) {
      characters += found.get(i).field().length() + found.get(i).detail().length();
      if (i == MOST || i > 0 && characters > MOST_CHARACTERS) {
        List<FieldError> first = new ArrayList<>(found.subList(0, i));
        first.add(problem("there are more problems than these: correct them to see the others"));
        return first;
      }
    }
    return found;
  }

  private static FieldError problem(String detail) {
    return FieldError.invalid("<nil>", NullNode.instance, detail);
  }

  /** What the paths before, that of a value and those below it have, or more than they may. */
  private static long paths(JsonNode value, long before, long path) {
    long sum = before + path;
    if (value.isObject()) {
      for (Map.Entry<String, JsonNode> member : value.properties()) {
        sum = paths(member.getValue(), sum, path + 1 + member.getKey().length());
        if (sum > MOST_PATHS) {
          return sum;
        }
      }
    } else {
      for (int i = 0; i < value.size() && sum <= MOST_PATHS; i++) {
        sum = paths(value.get(i), sum, path + 2 + Integer.toString(i).length());
      }
    }
    return sum;
  }
}
