package io.usher.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.cli.local.ManifestDocument;
import io.usher.cli.local.ManifestReader;
import io.usher.manifest.Installation;
import io.usher.manifest.ManifestFiles;
import io.usher.manifest.Manifests;
import io.usher.rulejar.RuleJars;
import io.usher.webhook.WebhookRegistration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes what it takes to run the webhooks of rule jars in a cluster. */
@Command(
    name = "manifests",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Write the Kubernetes objects of a webhook: plain YAML, kustomize, Helm charts.")
final class ManifestsCommand implements Callable<Integer> {

  @Option(
      names = "--rules",
      split = ",",
      paramLabel = "PATH",
      description = "rule jars, or directories of them")
  private List<Path> rules = List.of();

  @Option(names = "--name", required = true, description = "what each object is called")
  private String name;

  @Option(
      names = "--namespace",
      description = "the server's own; anyone else's Pods there are cut off (default: NAME-system)")
  private @Nullable String namespace;

  @Option(names = "--image", description = "the server's, by tag or digest")
  private @Nullable String image;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "where to; only generated files there are overwritten or removed")
  private Path out;

  @Option(
      names = "--initialize",
      description =
          "the controller changes objects that exist, too, and gets the right to patch whatever the"
              + " mutating rules are for")
  private boolean initialize;

  @Mixin private ControlPlaneOptions controlPlane = new ControlPlaneOptions();

  @Option(
      names = "--definitions",
      split = ",",
      paramLabel = "FILE",
      description =
          "YAML files with CustomResourceDefinitions that the rules convert between versions; they"
              + " are written with the webhook in spec.conversion")
  private List<String> definitions = List.of();

  @Option(names = "--check", description = "write nothing, say what would change")
  private boolean check;

  @Mixin private RuleConfigOption ruleConfig = new RuleConfigOption();

  @Mixin private WebhookPathOptions paths = new WebhookPathOptions();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    ManifestFiles files = files();
    try {
      if (!check) {
        files.writeTo(out);
        return ExitCode.OK;
      }
      List<String> differences = files.differencesFrom(out);
      differences.forEach(spec.commandLine().getErr()::println);
      return differences.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    } catch (IOException e) {
      throw new IOException("write manifests to " + out + ": " + e.getMessage(), e);
    }
  }

  private ManifestFiles files() throws IOException {
    controlPlane.requireOneKind();
    if (!controlPlane.forApiServer()) {
      require("--rules=PATH", !rules.isEmpty());
      require("--image=IMAGE", image != null || controlPlane.isStatic());
      return generate(installation());
    }
    checkDoors();
    try {
      return Manifests.forApiServer(controlPlane.plane(name), controlPlane.doors(), namespace());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /** Where nothing is given that the server has, nobody can tell. */
  private void checkDoors() throws IOException {
    if (!rules.isEmpty()) {
      try (RuleJars jars = RuleJars.load(rules, ruleConfig.configuration())) {
        controlPlane.checkDoors(jars.webhooks());
      }
    } else if (!controlPlane.files().isEmpty()) {
      controlPlane.checkDoors(List.of());
    }
  }

  private void require(String option, boolean there) {
    if (!there) {
      throw new ParameterException(spec.commandLine(), "Missing required option: '" + option + "'");
    }
  }

  private String namespace() {
    return namespace == null ? name + "-system" : namespace;
  }

  private Installation installation() throws IOException {
    try {
      return new Installation(
          name,
          namespace(),
          image == null ? "usher" : image,
          ruleConfig.text(),
          paths.arguments(),
          initialize);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private ManifestFiles generate(Installation installation) throws IOException {
    try (RuleJars jars = RuleJars.load(rules, ruleConfig.configuration())) {
      List<WebhookRegistration> webhooks = paths.applyTo(jars.webhooks());
      if (controlPlane.isStatic()) {
        return Manifests.staticAdmission(
            controlPlane.plane(name), installation, webhooks, controlPlane.authority());
      }
      return controlPlane.staticPod()
          ? Manifests.staticPod(controlPlane.plane(name), installation, webhooks)
          : generate(installation, webhooks);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private ManifestFiles generate(Installation installation, List<WebhookRegistration> webhooks) {
    try {
      return Manifests.generate(installation, webhooks, definitions());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--definitions: " + e.getMessage(), e);
    }
  }

  private List<ObjectNode> definitions() {
    if (definitions.isEmpty()) {
      return List.of();
    }
    List<ObjectNode> found =
        new ManifestReader(System.in)
            .read(definitions, false).stream()
                .map(ManifestDocument::object)
                .filter(each -> each.path("kind").asText().equals("CustomResourceDefinition"))
                .toList();
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no CustomResourceDefinition in " + String.join(", ", definitions));
    }
    return found;
  }
}
