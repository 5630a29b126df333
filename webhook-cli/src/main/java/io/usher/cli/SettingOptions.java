package io.usher.cli;

import io.usher.config.Configuration;
import io.usher.config.Setting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The command line of a process that runs until it is told to stop, made from the same settings
 * that the environment and the file are read by.
 */
final class SettingOptions {

  private final CommandSpec spec;
  private final List<Setting<?>> settings;

  private SettingOptions(CommandSpec spec, List<Setting<?>> settings) {
    this.spec = spec;
    this.settings = settings;
  }

  /** The settings of a process, with those that each process has. */
  static List<Setting<?>> withCommon(List<Setting<?>> own) {
    return Stream.of(List.<Setting<?>>of(Configuration.FILE), own, List.<Setting<?>>of(Logs.LEVEL))
        .flatMap(List::stream)
        .toList();
  }

  /**
   * Gives the command an option for each setting.
   *
   * @param example one of the settings, for the help
   */
  static SettingOptions add(CommandSpec spec, List<Setting<?>> settings, Setting<?> example) {
    spec.mixinStandardHelpOptions(true);
    spec.usageMessage()
        .sortOptions(false)
        .footer(
            "",
            "Each option but --config is a key of the file too (%s: %s),"
                .formatted(example.flag(), example.key()),
            "and a variable (%s; several values joined by commas). A flag counts"
                .formatted(example.variable()),
            "before a variable, a variable before the file.");
    settings.forEach(setting -> spec.addOption(option(setting)));
    return new SettingOptions(spec, settings);
  }

  private static OptionSpec option(Setting<?> setting) {
    String suffix =
        setting.defaultText() == null ? "." : " (default: " + setting.defaultText() + ").";
    var option =
        OptionSpec.builder(setting.flag())
            .paramLabel(setting.label())
            .description(setting.help() + suffix)
            .arity("1")
            .type(List.class)
            .auxiliaryTypes(String.class);
    if ("false".equals(setting.defaultText())) {
      // To name it is to want it.
      option.arity("0..1").fallbackValue("true");
    }
    return option.build();
  }

  /** What is configured, and applied where it is about the log. */
  Configuration read(Map<String, String> environment) {
    Map<String, List<String>> flags = new HashMap<>();
    for (Setting<?> setting : settings) {
      var option = spec.findOption(setting.flag());
      if (!option.originalStringValues().isEmpty()) {
        flags.put(setting.name(), List.copyOf(option.originalStringValues()));
      }
    }
    Configuration configuration = Configuration.read(settings, flags, environment);
    Logs.apply(configuration.get(Logs.LEVEL));
    return configuration;
  }
}
