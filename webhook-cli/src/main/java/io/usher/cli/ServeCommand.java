package io.usher.cli;

import io.usher.config.Configuration;
import io.usher.config.Setting;
import io.usher.http.HttpSettings;
import io.usher.server.ServerSettings;
import io.usher.server.UsherServer;
import io.usher.webhook.WebhookRegistration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * {@code usher serve}: runs the webhooks of rule jars until the process is told to stop.
 *
 * <p>The command line is made from {@link ServerSettings}, the same list that the environment and
 * the file are read by.
 */
final class ServeCommand implements Callable<Integer> {

  static final List<Setting<?>> SETTINGS =
      Stream.of(
              List.<Setting<?>>of(Configuration.FILE),
              ServerSettings.ALL,
              List.<Setting<?>>of(Logs.LEVEL))
          .flatMap(List::stream)
          .toList();

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
    for (Setting<?> setting : SETTINGS) {
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
  public Integer call() throws InterruptedException {
    var settings = Configuration.read(SETTINGS, flags(), environment);
    Logs.apply(settings.get(Logs.LEVEL));
    try (var server =
        UsherServer.create(
            config ->
                config.settings(settings).ruleVariables(environment).onFatal(ServeCommand::halt))) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server), "shutdown"));
      server.start();
      tell(server, settings);
      server.awaitEnd();
    }
    return ExitCode.OK;
  }

  private void tell(UsherServer server, Configuration settings) {
    var out = spec.commandLine().getOut();
    out.printf(
        "usher serves %s on https://%s:%d, health and metrics on http://%s:%d%n",
        server.webhooks().stream().map(WebhookRegistration::name).collect(Collectors.joining(", ")),
        settings.get(HttpSettings.HOST),
        server.port(),
        settings.get(HttpSettings.HEALTH_HOST),
        server.healthPort());
    out.flush();
  }

  /** The process has been told to stop. */
  private static void end(UsherServer server) {
    server.close();
    Logs.close();
  }

  /** Not System.exit: its hooks may need the memory or the threads that are missing. */
  static void halt(String reason) {
    Logs.close();
    Runtime.getRuntime().halt(ExitCode.FATAL);
  }

  private Map<String, List<String>> flags() {
    Map<String, List<String>> flags = new HashMap<>();
    for (Setting<?> setting : SETTINGS) {
      var option = spec.findOption(setting.flag());
      if (!option.originalStringValues().isEmpty()) {
        flags.put(setting.name(), List.copyOf(option.originalStringValues()));
      }
    }
    return flags;
  }
}
