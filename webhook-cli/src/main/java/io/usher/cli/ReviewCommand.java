package io.usher.cli;

import io.usher.admission.UserInfo;
import io.usher.cli.local.Admission;
import io.usher.cli.local.LocalApiServer;
import io.usher.cli.local.ManifestDocument;
import io.usher.cli.local.ManifestReader;
import io.usher.cli.local.RuleRecorder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what the webhooks of rule jars do to manifests, without a cluster. */
@Command(
    name = "review",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Show what the webhooks of rule jars do to manifests, without a cluster.",
      "",
      "Serves the rules on a loopback port with a throwaway certificate, and sends it each object"
          + " as an API server would: mutate, apply the patch, call again what wants that, validate."
          + " An object that was admitted before is updated. It does not default or check against a"
          + " schema, knows no other webhooks and policies, and evaluates no matchConditions.",
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
      required = true,
      split = ",",
      paramLabel = "PATH",
      description = "rule jars, or directories of them")
  private List<Path> rules;

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
  public Integer call() throws IOException {
    List<ManifestDocument> documents = new ManifestReader(System.in).read(files, recursive);
    List<Admission> admissions = admit(documents);
    ReviewReport.of(format, new Colours(colours)).print(admissions, spec.commandLine().getOut());
    spec.commandLine().getOut().flush();
    return admissions.stream().allMatch(Admission::passed) ? ExitCode.OK : ExitCode.FAILED;
  }

  private List<Admission> admit(List<ManifestDocument> documents) throws IOException {
    var recorder = new RuleRecorder();
    RuleLog.sendTo(recorder::logged);
    try (var webhook = LocalWebhook.start(rules, ruleConfig, recorder)) {
      recorder.takeLog().forEach(spec.commandLine().getErr()::println);
      return webhook.apiServer().apply(documents, namespace, user(), dryRun);
    }
  }

  private UserInfo user() {
    return user == null
        ? LocalApiServer.DEFAULT_USER
        : UserInfo.of(user, groups.toArray(String[]::new));
  }
}
