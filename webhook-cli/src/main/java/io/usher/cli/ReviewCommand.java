package io.usher.cli;

import io.usher.admission.UserInfo;
import io.usher.apiserver.admission.webhook.WebhookCallException;
import io.usher.cli.local.Admission;
import io.usher.cli.local.LocalApiServer;
import io.usher.cli.local.ManifestDocument;
import io.usher.cli.local.ManifestReader;
import io.usher.cli.local.RuleRecorder;
import io.usher.server.InProcessWebhooks;
import io.usher.server.UsherConfig;
import io.usher.telemetry.TelemetrySettings;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows what the webhooks of rule jars do to manifests, without a cluster. */
@Command(
    name = "review",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Show what the webhooks of rule jars do to manifests, without a cluster.",
      "",
      "Runs an API server in this process, with the rules as its only webhooks and the admission"
          + " policies among the manifests as its only ones, and sends it each"
          + " object as kubectl would. The objects of one run see each other: an object that was"
          + " admitted before is updated, a CustomResourceDefinition defines the type of its"
          + " objects, which the rules convert between its versions, a ResourceQuota counts. The"
          + " server runs no controllers, and knows no other webhooks and policies.",
      "",
      "Annotations of an object say more: usher.io/operation (CREATE, UPDATE, DELETE, CONNECT),"
          + " usher.io/subresource (ephemeralcontainers), and usher.io/expect, the outcome: one of"
          + " allowed, patched, denied or failed, with warned beside it for warnings, and failed"
          + " beside it for a failure that is ignored.",
      ""
    })
final class ReviewCommand implements Callable<Integer> {

  @Option(
      names = {"-f", "--filename"},
      required = true,
      paramLabel = "FILE",
      description = "a manifest of any number of documents, a folder of them, or - for stdin")
  private List<String> files;

  @Option(
      names = {"-R", "--recursive"},
      description = "read the sub-folders of folders, too")
  private boolean recursive;

  @Option(
      names = "--rules",
      split = ",",
      paramLabel = "PATH",
      description = "rule jars, or directories of them; none where policies are to decide alone")
  private List<Path> rules = List.of();

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private ReviewReport.Format format;

  @Option(
      names = {"-n", "--namespace"},
      defaultValue = "default",
      description = "of objects that name none (default: ${DEFAULT-VALUE})")
  private String namespace;

  @Option(names = "--as", paramLabel = "USER", description = "the user who applies the objects")
  private String user;

  @Option(names = "--as-group", paramLabel = "GROUP", description = "a group of that user")
  private List<String> groups = List.of();

  @Option(names = "--dry-run", description = "send the objects as --dry-run=server does")
  private boolean dryRun;

  @Option(
      names = "--color",
      defaultValue = "auto",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private Colours.When colours;

  @Mixin private RuleConfigOption ruleConfig = new RuleConfigOption();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    List<ManifestDocument> documents = new ManifestReader(System.in).read(files, recursive);
    List<Admission> admissions = admit(documents);
    ReviewReport.of(format, new Colours(colours)).print(admissions, spec.commandLine().getOut());
    spec.commandLine().getOut().flush();
    return admissions.stream().allMatch(Admission::passed) ? ExitCode.OK : ExitCode.FAILED;
  }

  private List<Admission> admit(List<ManifestDocument> documents) {
    var recorder = new RuleRecorder();
    if (rules.isEmpty()) {
      if (documents.stream().noneMatch(ManifestDocument::isPolicy)) {
        throw new ParameterException(
            spec.commandLine(),
            "there is nothing to review with: name rule jars with --rules, or have an admission"
                + " policy among the manifests");
      }
      return new LocalApiServer(
              List.of(),
              (webhook, review) -> {
                throw new WebhookCallException("there are no webhooks");
              },
              objects -> {},
              recorder)
          .apply(documents, namespace, user(), dryRun);
    }
    RuleLog.sendTo(recorder::logged);
    try (var webhooks = InProcessWebhooks.load(config -> configure(config, recorder))) {
      recorder.takeLog().forEach(spec.commandLine().getErr()::println);
      return new LocalApiServer(webhooks.webhooks(), webhooks, webhooks::read, recorder)
          .apply(documents, namespace, user(), dryRun);
    }
  }

  private void configure(UsherConfig config, RuleRecorder recorder) {
    ruleConfig.applyTo(config);
    config
        .rules(rules.toArray(Path[]::new))
        .observe(recorder)
        .set(TelemetrySettings.DECISION_LOG, false);
  }

  private UserInfo user() {
    return user == null
        ? LocalApiServer.DEFAULT_USER
        : UserInfo.of(user, groups.toArray(String[]::new));
  }
}
