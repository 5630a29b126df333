package io.usher.config;

import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A value that may hold for one webhook path alone, written {@code /mutate/a.example.com=VALUE}.
 *
 * @param path null where it holds for all paths that have no value of their own
 */
public record PathScoped<T>(@Nullable String path, T value) {

  private static final Pattern WITH_PATH = Pattern.compile("(/[^=]*)=(.*)");

  /** A value for all paths that have none of their own. */
  public static <T> PathScoped<T> everywhere(T value) {
    return new PathScoped<>(null, value);
  }

  /** How such values are written. */
  public static <T> ValueType<PathScoped<T>> type(ValueType<T> type) {
    return new ValueType<>(
        text -> {
          var matcher = WITH_PATH.matcher(text);
          return matcher.matches()
              ? new PathScoped<>(matcher.group(1), type.parse(matcher.group(2)))
              : everywhere(type.parse(text));
        },
        scoped -> type.check(scoped.value()));
  }

  /** The path's own values, or the common ones where it has none. */
  public static <T> List<T> of(String path, List<PathScoped<T>> values) {
    boolean own = values.stream().anyMatch(each -> path.equals(each.path));
    return values.stream()
        .filter(each -> Objects.equals(each.path, own ? path : null))
        .map(PathScoped::value)
        .toList();
  }
}
