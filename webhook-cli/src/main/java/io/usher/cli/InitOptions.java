package io.usher.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.initializer.Initializer;
import io.usher.initializer.InitializerSettings;
import io.usher.initializer.RuleChanges;
import io.usher.manifest.Installation;
import io.usher.manifest.Manifests;
import io.usher.server.InProcessWebhooks;
import io.usher.telemetry.TelemetrySettings;
import io.usher.webhook.WebhookRegistration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whose rules, and for which cluster. */
final class InitOptions {

  /** Where the server of the webhooks would be: nobody calls it. */
  private static final Installation INSTALLATION =
      new Installation("usher-init", "usher-init", "usher-init");

  @Option(
      names = "--rules",
      required = true,
      split = ",",
      paramLabel = "PATH",
      description = "rule jars, or directories of them")
  private List<Path> rules;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "of the cluster (default: as kubectl, else as the Pod's ServiceAccount)")
  private @Nullable Path kubeconfig;

  @Mixin private RuleConfigOption ruleConfig = new RuleConfigOption();

  /**
   * Loads the rules.
   *
   * @param changes learns what they do
   */
  InProcessWebhooks load(RuleChanges changes) {
    return InProcessWebhooks.loadInitializing(
        config -> {
          ruleConfig.applyTo(config);
          config
              .rules(rules.toArray(Path[]::new))
              .observe(changes)
              .set(TelemetrySettings.DECISION_LOG, false);
        });
  }

  /** What an API server would know of these webhooks. */
  static List<ObjectNode> configurations(List<WebhookRegistration> webhooks) {
    return Manifests.registration(INSTALLATION, webhooks);
  }

  /**
   * Connects to the cluster.
   *
   * @throws IOException when it does not answer
   */
  InitSession connect(InitializerSettings settings) throws IOException, InterruptedException {
    var changes = new RuleChanges();
    InProcessWebhooks webhooks = load(changes);
    try {
      return InitSession.open(
          kubeconfig,
          new Initializer.Rules(
              webhooks.webhooks(), configurations(webhooks.webhooks()), webhooks, changes),
          webhooks,
          settings);
    } catch (IOException | RuntimeException | InterruptedException e) {
      webhooks.close();
      throw e;
    }
  }

  /** Tells these rules, and how they are configured, from others. */
  String digest() throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Path path : rules) {
        try (Stream<Path> files = Files.walk(path)) {
          for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
            digest.update(Files.readAllBytes(file));
          }
        }
      }
      String configured = ruleConfig.text();
      digest.update((configured == null ? "" : configured).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
