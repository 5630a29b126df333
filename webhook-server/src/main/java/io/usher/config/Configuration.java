package io.usher.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The values of all settings. A flag counts before the environment, the environment before the
 * file, the file before the default.
 */
public final class Configuration {

  /**
   * What Kubernetes puts into the environment for a Service that is called {@code usher}: {@code
   * USHER_PORT=tcp://10.0.0.1:443} and its kin. They are not meant for us.
   */
  private static final Pattern SERVICE_LINK =
      Pattern.compile("USHER(_[A-Z0-9_]+)?_(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT_\\d+_.*)");

  /** The YAML file; the one setting that can't be in it. */
  public static final Setting<Path> FILE =
      Setting.one(
          "config", "FILE", null, ValueType.PATH, "YAML file with any of these keys in camelCase");

  /** What begins so is for rules, whoever made them. */
  private static final String RULES_OWN = "USHER_RULE_CONFIG_";

  private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

  /**
   * The texts that were given for one setting.
   *
   * @param origin where they were given, for messages: {@code --port}, {@code USHER_PORT}, {@code
   *     usher.yaml:3: port}
   */
  record Given(String origin, List<String> values) {}

  private final Map<Setting<?>, Object> values;

  private Configuration(Map<Setting<?>, Object> values) {
    this.values = Map.copyOf(values);
  }

  /**
   * Reads everything at once.
   *
   * @param flags by {@link Setting#name()}
   * @param environment all of it
   * @throws ConfigurationException when a key or a value is wrong
   */
  public static Configuration read(
      List<Setting<?>> settings, Map<String, List<String>> flags, Map<String, String> environment) {
    Map<String, Given> given = new HashMap<>();
    flags.forEach((name, values) -> given.put(name, new Given("--" + name, values)));
    variables(settings, environment).forEach(given::putIfAbsent);
    var file = given.get(FILE.name());
    if (file != null) {
      Path path = parse(FILE, file);
      try {
        ConfigurationFile.read(path, settings).forEach(given::putIfAbsent);
      } catch (IOException e) {
        throw new ConfigurationException(file.origin() + ": read " + path + ": " + e.getMessage());
      }
    }
    Map<Setting<?>, Object> values = new HashMap<>();
    for (var setting : settings) {
      var own = given.get(setting.name());
      if (own != null) {
        values.put(setting, parse(setting, own));
      }
    }
    return new Configuration(values);
  }

  /** Everything has its default. */
  public static Configuration defaults() {
    return new Configuration(Map.of());
  }

  /**
   * The same with another value for one setting.
   *
   * @throws ConfigurationException when the setting does not allow the value
   */
  public <T> Configuration with(Setting<T> setting, T value) {
    try {
      setting.check().accept(value);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(setting.name() + ": " + e.getMessage());
    }
    Map<Setting<?>, Object> changed = new HashMap<>(values);
    changed.put(setting, value);
    return new Configuration(changed);
  }

  /** A setting's value or its default, if there is one. */
  public <T> Optional<T> find(Setting<T> setting) {
    @SuppressWarnings("unchecked") // put there by the setting's own parser
    T value = (T) values.get(setting);
    if (value == null && setting.defaultText() != null) {
      value = setting.parser().apply(split(setting, setting.defaultText()));
    }
    return Optional.ofNullable(value);
  }

  /** The values of a setting that may have any number; empty when it has none. */
  public <T> List<T> list(Setting<List<T>> setting) {
    return find(setting).orElse(List.of());
  }

  /** The value of a setting that has a default. */
  public <T> T get(Setting<T> setting) {
    return find(setting).orElseThrow(() -> new IllegalStateException(setting.name()));
  }

  private static Map<String, Given> variables(
      List<Setting<?>> settings, Map<String, String> environment) {
    Map<String, Setting<?>> known =
        settings.stream().collect(Collectors.toMap(Setting::variable, setting -> setting));
    Map<String, Given> given = new HashMap<>();
    for (var entry : environment.entrySet()) {
      String name = entry.getKey();
      String value = entry.getValue();
      if (!name.startsWith("USHER_")
          || name.startsWith(RULES_OWN)
          || SERVICE_ADDRESS.matcher(value).matches()) {
        continue;
      }
      Setting<?> setting = known.get(name);
      if (setting != null) {
        given.put(setting.name(), new Given(name, split(setting, value)));
      } else if (!SERVICE_LINK.matcher(name).matches()) {
        throw new ConfigurationException(name + ": there is no such setting");
      }
    }
    return given;
  }

  private static List<String> split(Setting<?> setting, String value) {
    return setting.many() ? Arrays.asList(value.split(",", -1)) : List.of(value);
  }

  private static <T> T parse(Setting<T> setting, Given given) {
    if (!setting.many() && given.values().size() != 1) {
      throw new ConfigurationException(given.origin() + ": one value is needed");
    }
    try {
      return setting.parser().apply(given.values());
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(given.origin() + ": " + e.getMessage());
    }
  }
}
