package io.usher.cli;

import io.usher.config.Setting;
import io.usher.http.HttpSettings;
import io.usher.server.ControllerSettings;
import io.usher.server.UsherController;
import io.usher.webhook.WebhookRegistration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** {@code usher controller}: runs the handlers of rule jars until the process is told to stop. */
final class ControllerCommand implements Callable<Integer> {

  static final List<Setting<?>> SETTINGS = SettingOptions.withCommon(ControllerSettings.ALL);

  private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this);
  private final SettingOptions options =
      SettingOptions.add(spec, SETTINGS, ControllerSettings.LEASE_DURATION);
  private final Map<String, String> environment;

  private ControllerCommand(Map<String, String> environment) {
    this.environment = environment;
    spec.name("controller")
        .usageMessage()
        .description(
            "Runs the handlers of rule jars against a cluster. Of several replicas one works, the"
                + " one that holds the Lease.");
  }

  static CommandSpec spec() {
    return new ControllerCommand(System.getenv()).spec;
  }

  @Override
  public Integer call() throws InterruptedException {
    var settings = options.read(environment);
    try (var controller =
        UsherController.create(
            config ->
                config
                    .settings(settings)
                    .ruleVariables(environment)
                    .configurations(InitOptions::configurations))) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(controller), "shutdown"));
      controller.start();
      var out = spec.commandLine().getOut();
      out.printf(
          "usher runs the handlers of %s, health and metrics on http://%s:%d%n",
          controller.webhooks().stream()
              .map(WebhookRegistration::name)
              .collect(Collectors.joining(", ")),
          settings.get(HttpSettings.HEALTH_HOST),
          controller.healthPort());
      out.flush();
      controller.awaitEnd();
    }
    return ExitCode.OK;
  }

  /** The process has been told to stop. */
  private static void end(UsherController controller) {
    controller.close();
    Logs.close();
  }
}
