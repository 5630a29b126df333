package io.usher.cli;

import io.usher.config.Configuration;
import io.usher.server.ServerSettings;
import io.usher.server.WebhookPath;
import io.usher.webhook.WebhookRegistration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The paths that {@code usher serve} takes, for each command that tells where it is called. */
final class WebhookPathOptions {

  @Option(
      names = "--mutating-path",
      paramLabel = "WEBHOOK=PATH",
      description = "path of a webhook's mutating rules, as usher serve takes it")
  private List<String> mutating = List.of();

  @Option(
      names = "--validating-path",
      paramLabel = "WEBHOOK=PATH",
      description = "path of a webhook's validating rules, as usher serve takes it")
  private List<String> validating = List.of();

  /** The webhooks as a server with these options has them. */
  List<WebhookRegistration> applyTo(List<WebhookRegistration> webhooks) {
    var configuration =
        Configuration.read(
            List.of(ServerSettings.MUTATING_PATH, ServerSettings.VALIDATING_PATH),
            Map.of(
                ServerSettings.MUTATING_PATH.name(), mutating,
                ServerSettings.VALIDATING_PATH.name(), validating),
            Map.of());
    return WebhookPath.applyAll(configuration, webhooks);
  }

  /** These options, for a server. */
  List<String> arguments() {
    return Stream.concat(
            mutating.stream().map(path -> ServerSettings.MUTATING_PATH.flag() + "=" + path),
            validating.stream().map(path -> ServerSettings.VALIDATING_PATH.flag() + "=" + path))
        .toList();
  }
}
