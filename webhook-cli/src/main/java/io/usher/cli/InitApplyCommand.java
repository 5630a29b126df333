package io.usher.cli;

import io.usher.admission.GroupVersionResource;
import io.usher.engine.Ticker;
import io.usher.initializer.InitializerSettings;
import io.usher.initializer.ObjectKey;
import io.usher.initializer.Outcome;
import io.usher.initializer.PassListener;
import io.usher.initializer.Plan;
import io.usher.initializer.Position;
import io.usher.initializer.Result;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Changes the objects that exist. */
@Command(
    name = "apply",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Change the objects that exist as the mutating rules want them.",
      "",
      "Looks at all objects first, and counts; then patches those that are to be changed, one after"
          + " another. An object that somebody changes meanwhile is read again. Objects that are"
          + " being deleted, or that an owner maintains, are left as they are.",
      ""
    })
final class InitApplyCommand implements Callable<Integer> {

  /** The names are the option's values. */
  enum DryRun {
    /** The API server checks each change, and stores none. */
    server
  }

  @Mixin private InitOptions options = new InitOptions();

  @Option(
      names = "--dry-run",
      paramLabel = "server",
      description = "the API server checks each change, and stores none")
  private @Nullable DryRun dryRun;

  @Option(
      names = "--max-per-second",
      defaultValue = "20",
      paramLabel = "N",
      description = "most changes in a second, 0 for no bound (default: ${DEFAULT-VALUE})")
  private double maxPerSecond;

  @Option(
      names = "--max-unavailable",
      defaultValue = "1",
      paramLabel = "N",
      description =
          "most Deployments, StatefulSets and DaemonSets whose Pods are replaced at a time, as their"
              + " template changes; 0 for no bound (default: ${DEFAULT-VALUE})")
  private int maxUnavailable;

  @Option(
      names = "--rollout-minutes",
      defaultValue = "10",
      paramLabel = "N",
      description =
          "how long to wait for the Pods of one; then it counts as a failure (default:"
              + " ${DEFAULT-VALUE})")
  private int rolloutMinutes;

  @Option(
      names = "--max-failures",
      defaultValue = "10",
      paramLabel = "N",
      description = "stop after so many failures (default: ${DEFAULT-VALUE})")
  private int maxFailures;

  @Option(
      names = "--resume",
      paramLabel = "FILE",
      description =
          "keep there how far this came, and go on from there; it is deleted when all is done")
  private @Nullable Path resume;

  @Option(names = "--force", description = "also with rules that change their own result")
  private boolean force;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (InitSession session = options.connect(settings())) {
      ResumeFile file = new ResumeFile(resume, session.server(), options.digest());
      Position from = file.read();
      var tally = new InitTally();
      session
          .initializer()
          .plan(
              from,
              new PassListener() {
                @Override
                public void planned(Plan plan) {
                  tally.add(plan);
                }
              });
      tally.print(out());
      out().flush();
      if (!tally.notIdempotent().isEmpty() && !force) {
        err()
            .printf(
                "usher init apply: %s would change the objects again, and again; write rules that"
                    + " leave their own result as it is, or add --force%n",
                String.join(", ", tally.notIdempotent()));
        return ExitCode.FAILED;
      }
      return apply(session, from, file, tally.toChange());
    }
  }

  private InitializerSettings settings() {
    try {
      return new InitializerSettings(
          dryRun == DryRun.server,
          force,
          maxPerSecond,
          maxUnavailable,
          Duration.ofMinutes(rolloutMinutes));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private int apply(InitSession session, @Nullable Position from, ResumeFile file, int toChange)
      throws IOException, InterruptedException {
    var run = new Run(file, new InitProgress(out(), toChange, Ticker.SYSTEM));
    boolean whole = session.initializer().apply(from, run);
    run.progress.end();
    if (dryRun == null) {
      file.end(whole);
    }
    out().println(run.summary(dryRun == null ? "changed" : "would be changed"));
    if (!whole) {
      out()
          .printf(
              "stopped after %d failures%s%n",
              run.failures, resume == null ? "" : "; the same command goes on from there");
    }
    out().flush();
    return run.failures == 0 ? ExitCode.OK : ExitCode.FAILED;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** Follows the pass that changes objects. */
  private final class Run implements PassListener {

    private final ResumeFile file;
    private final InitProgress progress;
    private final Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
    private int failures;

    /** The object that was looked at last, where it was none of those to change. */
    private @Nullable ObjectKey uncounted;

    Run(ResumeFile file, InitProgress progress) {
      this.file = file;
      this.progress = progress;
    }

    @Override
    public void planned(Plan plan) {
      uncounted = plan.object();
      if (plan instanceof Plan.Change change) {
        uncounted = null;
        for (String warning : change.patch().warnings()) {
          progress.line("Warning: " + plan.object() + ": " + warning);
        }
      }
    }

    @Override
    public boolean done(Result result) {
      Outcome outcome = result.outcome();
      counts.merge(outcome, 1, Integer::sum);
      switch (outcome) {
        case RIGHT, DELETING, CHANGED, GONE -> {}
        case OWNED, DENIED -> progress.line(result.object() + " is left alone: " + result.why());
        case REFUSED, UNDONE, NOT_IDEMPOTENT, FAILED -> {
          progress.line(result.object() + " is not changed: " + result.why());
          failures++;
        }
      }
      if (!result.object().equals(uncounted)) {
        progress.step();
      }
      return failures < maxFailures;
    }

    @Override
    public void reached(Position position) {
      if (dryRun == null) {
        file.reached(position);
      }
    }

    @Override
    public void unserved(GroupVersionResource resource) {
      progress.line("the API server has no " + resource.resource() + "." + resource.group());
    }

    String summary(String changed) {
      return counts.getOrDefault(Outcome.CHANGED, 0)
          + " "
          + changed
          + counts.entrySet().stream()
              .filter(each -> each.getKey() != Outcome.CHANGED)
              .map(each -> ", " + each.getValue() + " " + each.getKey())
              .collect(Collectors.joining());
    }
  }
}
