package io.usher.cli;

import io.usher.config.Configuration;
import io.usher.config.Setting;
import io.usher.http.HttpSettings;
import io.usher.parts.ConfiguredParts;
import io.usher.server.ServerSettings;
import io.usher.server.UsherServer;
import io.usher.webhook.WebhookRegistration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/** {@code usher serve}: runs the webhooks of rule jars until the process is told to stop. */
final class ServeCommand implements Callable<Integer> {

  static final List<Setting<?>> SETTINGS =
      SettingOptions.withCommon(
          Stream.concat(ServerSettings.ALL.stream(), Stream.of(ConfiguredParts.FILES)).toList());

  private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);
  private final SettingOptions options =
      SettingOptions.add(spec, SETTINGS, HttpSettings.HEADER_TIMEOUT);
  private final Map<String, String> environment;

  private ServeCommand(Map<String, String> environment) {
    this.environment = environment;
    spec.name("serve").usageMessage().description("Serves the webhooks of rule jars.");
  }

  static CommandSpec spec() {
    return new ServeCommand(System.getenv()).spec;
  }

  @Override
  public Integer call() throws InterruptedException {
    var settings = options.read(environment);
    try (var parts = ConfiguredParts.read(settings.list(ConfiguredParts.FILES));
        var server =
            UsherServer.create(
                config -> {
                  config
                      .settings(settings)
                      .ruleVariables(environment)
                      .doors(parts)
                      .onFatal(ServeCommand::halt);
                  if (!parts.isEmpty() && settings.list(ServerSettings.RULES).isEmpty()) {
                    config.webhooks();
                  }
                })) {
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
}
