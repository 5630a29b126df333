package io.usher.cli;

import io.usher.cli.local.ManifestPlans;
import io.usher.cli.local.ManifestReader;
import io.usher.initializer.InitializerSettings;
import io.usher.initializer.RuleChanges;
import io.usher.server.InProcessWebhooks;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what would change. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Show, as diffs, what the mutating rules would change of the objects that exist, and how"
          + " many objects each rule would change.",
      "",
      "Exit code 1 when something would change, as kubectl diff has it.",
      ""
    })
final class InitPlanCommand implements Callable<Integer> {

  @Mixin private InitOptions options = new InitOptions();

  @Option(
      names = {"-f", "--filename"},
      paramLabel = "FILE",
      description =
          "takes the objects from a manifest, a folder of them, or - for stdin, without a cluster")
  private List<String> files = List.of();

  @Option(
      names = {"-R", "--recursive"},
      description = "read the sub-folders of folders, too")
  private boolean recursive;

  @Option(
      names = {"-n", "--namespace"},
      defaultValue = "default",
      description = "of manifests that name none (default: ${DEFAULT-VALUE})")
  private String namespace;

  @Option(
      names = "--color",
      defaultValue = "auto",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private Colours.When colours;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    var out = spec.commandLine().getOut();
    var report = new InitReport(new Colours(colours), out);
    if (files.isEmpty()) {
      try (InitSession session = options.connect(InitializerSettings.DEFAULT)) {
        session.initializer().plan(null, report);
      }
    } else {
      planManifests(report);
    }
    report.tally().print(out);
    out.flush();
    boolean clean = report.tally().toChange() == 0 && !report.tally().hasFailed();
    return clean ? ExitCode.OK : ExitCode.FAILED;
  }

  private void planManifests(InitReport report) {
    var documents = new ManifestReader(System.in).read(files, recursive);
    var changes = new RuleChanges();
    try (InProcessWebhooks webhooks = options.load(changes)) {
      new ManifestPlans(
              webhooks.webhooks(),
              InitOptions.configurations(webhooks.webhooks()),
              webhooks,
              webhooks::read,
              changes)
          .plan(documents, namespace, report);
    }
  }
}
