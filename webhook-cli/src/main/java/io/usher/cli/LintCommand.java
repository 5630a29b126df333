package io.usher.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.cli.local.ManifestDocument;
import io.usher.cli.local.ManifestReader;
import io.usher.manifest.Installation;
import io.usher.manifest.Manifests;
import io.usher.manifest.lint.Finding;
import io.usher.manifest.lint.FindingsFormat;
import io.usher.manifest.lint.Lint;
import io.usher.manifest.lint.LintRule;
import io.usher.manifest.lint.LintedObject;
import io.usher.manifest.lint.Severity;
import io.usher.rulejar.RuleJars;
import io.usher.webhook.WebhookRegistration;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Prints what is dangerous in webhook configurations, definitions and files of the control plane.
 */
@Command(
    name = "lint",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Find what makes webhook configurations a danger to their cluster: those that rule jars"
            + " give, or those of any YAML, also of others. CustomResourceDefinitions are held"
            + " against the rules that convert their objects.",
    footer = {
      "",
      "The annotation lint.usher.io/RULE of a webhook configuration suppresses a rule's findings"
          + " there; its value is the reason."
    })
final class LintCommand implements Callable<Integer> {

  /** Stands for the one that the rules will have; its own namespace is excluded by generation. */
  private static final Installation ANY = new Installation("usher", "usher-system", "usher");

  @Option(
      names = "--rules",
      split = ",",
      paramLabel = "PATH",
      description = "rule jars, or directories of them")
  private List<Path> rules = List.of();

  @Option(
      names = {"-f", "--filename"},
      paramLabel = "FILE",
      description = "YAML or JSON files, directories of them, or - for stdin")
  private List<String> files = List.of();

  @Option(
      names = {"-R", "--recursive"},
      description = "read the sub-folders of directories, too")
  private boolean recursive;

  @Option(
      names = "--disable",
      split = ",",
      paramLabel = "RULE",
      description = "leave out these rules, for example long-timeout")
  private List<String> disabled = List.of();

  @Option(
      names = {"-o", "--output"},
      description = "text, json or sarif (default: text)")
  private FindingsFormat format = FindingsFormat.text;

  @Mixin private RuleConfigOption ruleConfig = new RuleConfigOption();

  @Mixin private WebhookPathOptions paths = new WebhookPathOptions();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (rules.isEmpty() && files.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "nothing to look at: give --rules or -f");
    }
    for (String rule : disabled) {
      if (!LintRule.ids().contains(rule)) {
        throw new ParameterException(
            spec.commandLine(),
            "--disable "
                + rule
                + ": there is no such rule; write one of "
                + String.join(", ", LintRule.ids()));
      }
    }
    List<LintedObject> objects = objects();
    List<Finding> findings = Lint.find(objects, disabled);
    PrintWriter out = spec.commandLine().getOut();
    out.print(format.write(findings));
    if (findings.isEmpty() && format == FindingsFormat.text) {
      long configurations = objects.stream().filter(LintedObject::isWebhookConfiguration).count();
      out.println(
          configurations == 0
              ? "no findings in " + objects.size() + " objects"
              : "no findings; looked at %d webhook configurations of %d objects"
                  .formatted(configurations, objects.size()));
    }
    out.flush();
    return findings.stream().anyMatch(f -> f.rule().severity() == Severity.ERROR)
        ? ExitCode.FAILED
        : ExitCode.OK;
  }

  private List<LintedObject> objects() {
    var objects = new ArrayList<LintedObject>();
    List<WebhookRegistration> webhooks = List.of();
    if (!rules.isEmpty()) {
      try (RuleJars jars = RuleJars.load(rules, ruleConfig.configuration())) {
        String source = rules.stream().map(Path::toString).collect(Collectors.joining(","));
        webhooks = List.copyOf(paths.applyTo(jars.webhooks()));
        for (ObjectNode configuration : Manifests.registration(ANY, webhooks)) {
          objects.add(new LintedObject(source, node -> 1, configuration, webhooks));
        }
      }
    }
    for (ManifestDocument document : new ManifestReader(System.in).read(files, recursive)) {
      var object =
          new LintedObject(document.source(), document.lines()::of, document.object(), List.of());
      objects.add(object.isDefinition() ? object.with(webhooks) : object);
    }
    return objects;
  }
}
