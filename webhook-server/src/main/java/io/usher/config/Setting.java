package io.usher.config;

import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One key of the configuration: {@code --header-timeout}, {@code USHER_HEADER_TIMEOUT}, {@code
 * headerTimeout}. It stands beside the part that it sets.
 *
 * @param name in kebab-case
 * @param label stands for a value in the help, {@code DURATION}
 * @param help one sentence without a dot
 * @param defaultText the default as it would be written, or null for none
 * @param many whether several values may be given; otherwise exactly one
 * @param parser of the values; throws {@link IllegalArgumentException} for a wrong one
 * @param check of what a program sets; throws {@link IllegalArgumentException} for a wrong value
 */
public record Setting<T>(
    String name,
    String label,
    String help,
    @Nullable String defaultText,
    boolean many,
    Function<List<String>, T> parser,
    Consumer<T> check) {

  /** A key with one value. */
  public static <T> Setting<T> one(
      String name, String label, @Nullable String defaultText, ValueType<T> type, String help) {
    return new Setting<>(
        name, label, help, defaultText, false, values -> type.parse(values.get(0)), type.check());
  }

  /** A key with any number of values. */
  public static <T> Setting<List<T>> list(
      String name, String label, @Nullable String defaultText, ValueType<T> type, String help) {
    return new Setting<>(
        name,
        label,
        help,
        defaultText,
        true,
        values -> values.stream().map(type::parse).toList(),
        values -> values.forEach(type::check));
  }

  /** A key whose values may each hold for one webhook path alone. */
  public static <T> Setting<List<PathScoped<T>>> perPath(
      String name, String label, @Nullable String defaultText, ValueType<T> type, String help) {
    return list(name, label, defaultText, PathScoped.type(type), help);
  }

  /** As the command line has it: {@code --header-timeout}. */
  public String flag() {
    return "--" + name;
  }

  /** As the environment has it: {@code USHER_HEADER_TIMEOUT}. */
  public String variable() {
    return "USHER_" + name.replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /** As the file has it: {@code headerTimeout}. */
  public String key() {
    var key = new StringBuilder();
    for (String word : name.split("-")) {
      key.append(key.isEmpty() ? word.charAt(0) : Character.toUpperCase(word.charAt(0)));
      key.append(word, 1, word.length());
    }
    return key.toString();
  }
}
