package io.usher.cli;

import io.usher.server.RuleConfigFile;
import io.usher.server.ServerSettings;
import io.usher.server.UsherConfig;
import io.usher.webhook.RuleConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --rule-config} of each command that loads rule jars. */
final class RuleConfigOption {

  @Option(
      names = "--rule-config",
      paramLabel = "FILE",
      description =
          "YAML file of what is configured for the rules: for each webhook a mapping of keys to"
              + " values")
  private @Nullable Path file;

  /** What is configured, by the file and by variables. */
  RuleConfiguration configuration() {
    return new RuleConfigFile(file, System.getenv(), Clock.systemUTC()).configuration();
  }

  /** The text of the file, or null when there is none. */
  @Nullable String text() throws IOException {
    return file == null ? null : Files.readString(file);
  }

  /** Has a server configure its rules so. */
  void applyTo(UsherConfig config) {
    config.ruleVariables(System.getenv());
    if (file != null) {
      config.set(ServerSettings.RULE_CONFIG, file);
    }
  }
}
