package io.usher.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A field of an object and all below it, spelt as {@code fieldRef} spells it: {@code
 * spec.nodeName}, {@code metadata.annotations['example.com/team']}. An array is passed through:
 * {@code spec.containers.image} is the image of each container.
 *
 * @param members the names from the root down, at least one
 */
public record FieldPath(List<String> members) {

  private static final Pattern STEP = Pattern.compile("\\.?([A-Za-z0-9_$-]+)|\\['([^'\\]]+)'\\]");

  public FieldPath {
    members = List.copyOf(members);
    if (members.isEmpty()) {
      throw new IllegalArgumentException("a field path has at least one member");
    }
  }

  /**
   * Reads the spelling.
   *
   * @throws IllegalArgumentException saying what to write instead
   */
  public static FieldPath parse(String text) {
    var members = new ArrayList<String>();
    Matcher step = STEP.matcher(text);
    int at = 0;
    while (at < text.length() && step.find() && step.start() == at) {
      at = step.end();
      members.add(step.group(1) != null ? step.group(1) : step.group(2));
    }
    if (members.isEmpty() || at < text.length() || text.startsWith(".")) {
      throw new IllegalArgumentException(
          "field \""
              + text
              + "\" is not understood; write names from the top, \"spec.nodeName\", and a name with"
              + " dots in brackets, \"metadata.annotations['example.com/team']\"");
    }
    return new FieldPath(members);
  }
}
