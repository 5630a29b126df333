package io.usher.benchmarks.api;

import io.usher.benchmarks.Against;
import io.usher.benchmarks.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code make bench-api}: measures everything and holds it against its bars. */
@Command(
    name = "bench-api",
    mixinStandardHelpOptions = true,
    description =
        "Measures usher apiserver against kube-apiserver and etcd, in one run; exits with 1 if a bar"
            + " is missed.")
public final class ApiBench implements Callable<Integer> {

  /** What can be measured. */
  enum Part {
    START,
    CREATES,
    APPLIES,
    POLICIES,
    ETCD,
    READS,
    WATCHES,
    CROWD,
    GROWTH,
    MEMORY,
    VIEWS
  }

  @Option(names = "--quick", description = "Some eight minutes, with less precision.")
  private boolean quick;

  @Option(names = "--only", split = ",", description = "Only these of ${COMPLETION-CANDIDATES}.")
  private Set<Part> only = EnumSet.allOf(Part.class);

  @Option(names = "--report", paramLabel = "FILE", description = "Write the table there as well.")
  private @Nullable Path report;

  @Option(
      names = "--usher",
      paramLabel = "JAR",
      defaultValue = "webhook-cli/target/usher.jar",
      description = "The server to measure (default: ${DEFAULT-VALUE}).")
  private Path usher;

  @Option(
      names = "--kubernetes",
      paramLabel = "DIR",
      description = "Where kube-apiserver and etcd are; needed but for --against.")
  private @Nullable Path kubernetes;

  @Option(
      names = "--against",
      paramLabel = "DIR",
      description =
          "Measures this build's start, memory and requests against another commit's instead,"
              + " in turns: a worktree in which 'make build' has run. The bars are 10 %%, or what"
              + " that commit differs from itself.")
  private @Nullable Path against;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "webhook-benchmarks/target",
      description = "The servers keep their data below it (default: ${DEFAULT-VALUE}).")
  private Path data;

  @Spec private CommandSpec spec;

  /** What the parts share. */
  record Setting(Servers servers, Effort effort, Report report) {}

  /** Runs. */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new ApiBench()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Path directory = Files.createTempDirectory(data.toAbsolutePath(), "bench-api");
    try {
      return measure(directory);
    } finally {
      remove(directory);
    }
  }

  private int measure(Path directory) throws Exception {
    var setting =
        new Setting(
            new Servers(usher, kubernetes, directory),
            quick ? Effort.QUICK : Effort.FULL,
            new Report());
    if (against != null) {
      Path other = Files.createDirectory(directory.resolve("against"));
      Builds.measure(setting, new Servers(built(against), null, other));
    } else if (kubernetes == null) {
      throw new ParameterException(
          spec.commandLine(), "--kubernetes is missing: 'make bench-api' finds the folder");
    } else {
      measureParts(setting, directory);
    }
    String table = heading() + setting.report();
    System.out.print(table);
    if (report != null) {
      Files.writeString(report, table);
    }
    return setting.report().missed() == 0 ? 0 : 1;
  }

  private Path built(Path worktree) {
    try {
      return Against.builtIn(worktree);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage());
    }
  }

  private void measureParts(Setting setting, Path directory) throws Exception {
    for (Part part : EnumSet.copyOf(only)) {
      System.out.println("measuring: " + part.name().toLowerCase(Locale.ROOT));
      switch (part) {
        case START -> FirstList.measure(setting);
        case CREATES -> Creates.measure(setting);
        case APPLIES -> Applies.measure(setting);
        case POLICIES -> Policies.measure(setting);
        case ETCD -> EtcdStored.measure(setting);
        case READS -> Reads.measure(setting);
        case WATCHES -> Deliveries.measure(setting);
        case CROWD -> Crowd.measure(setting);
        case GROWTH -> Growth.measure(setting);
        case MEMORY -> Footprint.measure(setting);
        case VIEWS -> Views.measure(setting, directory);
      }
    }
  }

  private String heading() {
    return String.format(
        "%nusher apiserver against %s, %d cores for servers and clients together, JDK %s%s%n%n",
        against == null ? "kube-apiserver and etcd (syncs on)" : "the build in " + against,
        Runtime.getRuntime().availableProcessors(),
        Runtime.version(),
        quick ? ", quick: less precise" : "");
  }

  private static void remove(Path directory) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> files = Files.walk(directory)) {
      deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : deepestFirst) {
      Files.delete(file);
    }
  }
}
