package io.usher.cli;

import io.usher.config.Configuration;
import io.usher.config.ConfigurationException;
import io.usher.config.ServeSettings;
import io.usher.config.Setting;
import io.usher.telemetry.Logs;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * {@code usher serve}: runs the webhooks of rule jars until the process is told to stop.
 *
 * <p>The command line is made from {@link ServeSettings}, the same list that the environment and
 * the file are read by.
 */
final class ServeCommand implements Callable<Integer> {

  private final CommandSpec spec;
  private final Map<String, String> environment;

  private ServeCommand(Map<String, String> environment) {
    this.spec = CommandSpec.wrapWithoutInspection(this);
    this.environment = environment;
  }

  static CommandSpec spec() {
    return new ServeCommand(System.getenv()).describe();
  }

  private CommandSpec describe() {
    spec.name("serve").mixinStandardHelpOptions(true);
    spec.usageMessage()
        .description("Serves the webhooks of rule jars.")
        .sortOptions(false)
        .footer(
            "",
            "Each option but --config is a key of the file too (--header-timeout: headerTimeout),",
            "and a variable (USHER_HEADER_TIMEOUT; several values joined by commas). A flag counts",
            "before a variable, a variable before the file.");
    for (Setting<?> setting : ServeSettings.ALL) {
      spec.addOption(option(setting));
    }
    return spec;
  }

  private static OptionSpec option(Setting<?> setting) {
    String suffix =
        setting.defaultText() == null ? "." : " (default: " + setting.defaultText() + ").";
    return OptionSpec.builder(setting.flag())
        .paramLabel(setting.label())
        .description(setting.help() + suffix)
        .arity("1")
        .type(List.class)
        .auxiliaryTypes(String.class)
        .build();
  }

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    Configuration configuration;
    try {
      configuration = Configuration.read(ServeSettings.ALL, flags(), environment);
      Logs.apply(
          configuration.get(ServeSettings.LOG_LEVEL),
          configuration.get(ServeSettings.DECISION_LOG));
    } catch (ConfigurationException e) {
      err.println("usher serve: " + e.getMessage());
      return ExitCode.USAGE;
    }
    try (var server = ServeProcess.start(configuration, spec.commandLine().getOut())) {
      return server.awaitEnd();
    } catch (StartException e) {
      err.println("usher serve: " + e.getMessage());
      return ExitCode.SOFTWARE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.SOFTWARE;
    }
  }

  private Map<String, List<String>> flags() {
    Map<String, List<String>> flags = new HashMap<>();
    for (Setting<?> setting : ServeSettings.ALL) {
      var option = spec.findOption(setting.flag());
      if (!option.originalStringValues().isEmpty()) {
        flags.put(setting.name(), List.copyOf(option.originalStringValues()));
      }
    }
    return flags;
  }
}
