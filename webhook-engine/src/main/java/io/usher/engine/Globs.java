package io.usher.engine;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/** Names, of which {@code *} stands for any characters; none of them for all names. */
public final class Globs {

  private final List<Pattern> patterns;

  private Globs(List<Pattern> patterns) {
    this.patterns = patterns;
  }

  /** Those of the names. */
  public static Globs of(Collection<String> globs) {
    return new Globs(globs.stream().map(Globs::pattern).toList());
  }

  /** Whether every name is among them. */
  public boolean isEmpty() {
    return patterns.isEmpty();
  }

  /** Whether a name is among them. */
  public boolean match(String name) {
    return isEmpty() || patterns.stream().anyMatch(each -> each.matcher(name).matches());
  }

  /** What is between two stars is found where it first comes, for good: no star is tried again. */
  private static Pattern pattern(String glob) {
    String[] parts = glob.split("\\*", -1);
    int last = parts.length - 1;
    var regex = new StringBuilder(Pattern.quote(parts[0]));
    for (int i = 1; i < last; i++) {
      regex.append("(?>.*?").append(Pattern.quote(parts[i])).append(')');
    }
    if (last > 0) {
      regex.append(".*").append(Pattern.quote(parts[last]));
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }
}
