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

  private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

  /**
   * What was said of one setting.
   *
   * @param origin where, for messages: {@code --port}, {@code USHER_PORT}, {@code usher.yaml:3:
   *     port}
   */
  record Said(String origin, List<String> values) {}

  private final Map<Setting<?>, Object> values;

  private Configuration(Map<Setting<?>, Object> values) {
    this.values = values;
  }

  /**
   * Reads everything at once.
   *
   * @param flags by {@link Setting#name()}
   * @param environment all of it
   */
  public static Configuration read(
      List<Setting<?>> settings, Map<String, List<String>> flags, Map<String, String> environment)
      throws ConfigurationException {
    Map<String, Said> said = new HashMap<>();
    flags.forEach((name, values) -> said.put(name, new Said("--" + name, values)));
    variables(settings, environment).forEach(said::putIfAbsent);
    var file = said.get(ServeSettings.CONFIG.name());
    if (file != null) {
      Path path = parse(ServeSettings.CONFIG, file);
      try {
        ConfigurationFile.read(path, settings).forEach(said::putIfAbsent);
      } catch (IOException e) {
        throw new ConfigurationException(file.origin() + ": read " + path + ": " + e.getMessage());
      }
    }
    Map<Setting<?>, Object> values = new HashMap<>();
    for (var setting : settings) {
      var given = said.get(setting.name());
      if (given != null) {
        values.put(setting, parse(setting, given));
      } else if (setting.defaultText() != null) {
        values.put(
            setting,
            parse(setting, new Said(setting.flag(), split(setting, setting.defaultText()))));
      }
    }
    return new Configuration(values);
  }

  /** A setting's value, if there is one. */
  public <T> Optional<T> find(Setting<T> setting) {
    @SuppressWarnings("unchecked") // put there by the setting's own parser
    T value = (T) values.get(setting);
    return Optional.ofNullable(value);
  }

  /** The value of a setting that has a default. */
  public <T> T get(Setting<T> setting) {
    return find(setting).orElseThrow(() -> new IllegalStateException(setting.name()));
  }

  private static Map<String, Said> variables(
      List<Setting<?>> settings, Map<String, String> environment) throws ConfigurationException {
    Map<String, Setting<?>> known =
        settings.stream().collect(Collectors.toMap(Setting::variable, setting -> setting));
    Map<String, Said> said = new HashMap<>();
    for (var entry : environment.entrySet()) {
      String name = entry.getKey();
      String value = entry.getValue();
      if (!name.startsWith("USHER_") || SERVICE_ADDRESS.matcher(value).matches()) {
        continue;
      }
      Setting<?> setting = known.get(name);
      if (setting != null) {
        said.put(setting.name(), new Said(name, split(setting, value)));
      } else if (!SERVICE_LINK.matcher(name).matches()) {
        throw new ConfigurationException(name + ": there is no such setting");
      }
    }
    return said;
  }

  private static List<String> split(Setting<?> setting, String value) {
    return setting.many() ? Arrays.asList(value.split(",", -1)) : List.of(value);
  }

  private static <T> T parse(Setting<T> setting, Said said) throws ConfigurationException {
    if (!setting.many() && said.values().size() != 1) {
      throw new ConfigurationException(said.origin() + ": one value is needed");
    }
    try {
      return setting.parser().apply(said.values());
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(said.origin() + ": " + e.getMessage());
    }
  }
}
