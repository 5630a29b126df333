package io.usher.cli;

import io.usher.manifest.Installation;
import io.usher.manifest.ManifestFiles;
import io.usher.manifest.Manifests;
import io.usher.rulejar.RuleJarException;
import io.usher.rulejar.RuleJars;
import io.usher.webhook.InvalidWebhookException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes what it takes to run the webhooks of rule jars in a cluster. */
@Command(
    name = "manifests",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Write the Kubernetes objects of a webhook: plain YAML, kustomize, Helm charts.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the files were written, or are as they should be",
      "1:with --check: they are not, and each difference was printed",
      "2:a wrong option, a bad rule jar, or a file that can't be written"
    })
final class ManifestsCommand implements Callable<Integer> {

  @Option(
      names = "--rules",
      required = true,
      split = ",",
      paramLabel = "PATH",
      description = "rule jars, or directories of them")
  private List<Path> rules;

  @Option(names = "--name", required = true, description = "what each object is called")
  private String name;

  @Option(
      names = "--namespace",
      description = "the server's own; anyone else's Pods there are cut off (default: NAME-system)")
  private @Nullable String namespace;

  @Option(names = "--image", required = true, description = "the server's, by tag or digest")
  private String image;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "where to; only generated files there are overwritten or removed")
  private Path out;

  @Option(names = "--check", description = "write nothing, say what would change")
  private boolean check;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    try {
      var installation =
          new Installation(name, namespace == null ? name + "-system" : namespace, image);
      ManifestFiles files = generate(installation);
      if (!check) {
        files.writeTo(out);
        return ExitCode.OK;
      }
      List<String> differences = files.differencesFrom(out);
      differences.forEach(err::println);
      return differences.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    } catch (IOException e) {
      err.println("write manifests to " + out + ": " + e.getMessage());
    } catch (RuleJarException | InvalidWebhookException e) {
      err.println("load rules: " + e.getMessage());
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
    }
    return ExitCode.USAGE;
  }

  private ManifestFiles generate(Installation installation) {
    try (RuleJars jars = RuleJars.load(rules)) {
      return Manifests.generate(installation, jars.webhooks());
    }
  }
}
