package io.usher.config;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A value that may hold for one webhook path alone, written {@code /mutate/a.example.com=VALUE}.
 *
 * @param path null where it holds for all paths that have no value of their own
 */
public record ForPath<T>(@Nullable String path, T value) {

  private static final Pattern WITH_PATH = Pattern.compile("(/(?:mutate|validate)/[^=]*)=(.*)");

  static <T> Function<String, ForPath<T>> parser(Function<String, T> parser) {
    return text -> {
      var matcher = WITH_PATH.matcher(text);
      return matcher.matches()
          ? new ForPath<>(matcher.group(1), parser.apply(matcher.group(2)))
          : new ForPath<>(null, parser.apply(text));
    };
  }

  /** The path's own values, or the common ones where it has none. */
  public static <T> List<T> of(String path, List<ForPath<T>> values) {
    boolean own = values.stream().anyMatch(each -> path.equals(each.path));
    return values.stream()
        .filter(each -> Objects.equals(each.path, own ? path : null))
        .map(ForPath::value)
        .toList();
  }
}
