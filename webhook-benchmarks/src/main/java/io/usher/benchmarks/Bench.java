package io.usher.benchmarks;

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
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code make bench}: measures everything and holds it against its bars. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description =
        "Measures Usher against bare servers, in one run; exits with 1 if a bar is missed.")
final class Bench implements Callable<Integer> {

  /** What can be measured. */
  enum Part {
    ALLOCATION,
    SERVED,
    DOORS,
    ENDLESS,
    START,
    MEMORY,
    PROFILE
  }

  @Option(names = "--quick", description = "Under three minutes, with less precision.")
  private boolean quick;

  @Option(
      names = "--only",
      split = ",",
      description =
          "Only these of ${COMPLETION-CANDIDATES}; PROFILE, where the time goes, is not measured"
              + " unless it is named.")
  private Set<Part> only = EnumSet.complementOf(EnumSet.of(Part.PROFILE));

  @Option(names = "--report", paramLabel = "FILE", description = "Write the table there as well.")
  private @Nullable Path report;

  @Option(
      names = "--usher",
      paramLabel = "JAR",
      defaultValue = "webhook-cli/target/usher.jar",
      description = "The server to measure (default: ${DEFAULT-VALUE}).")
  private Path usher;

  @Option(
      names = "--against",
      paramLabel = "DIR",
      description =
          "Measures this build against that of another commit instead, in turns: a worktree in which"
              + " 'make build' has run. The bars are 5 %%, or what that commit differs from itself.")
  private @Nullable Path against;

  @Spec private CommandSpec spec;

  /** What the parts share. */
  record Setting(Servers servers, SSLContext tls, Cores cores, Effort effort, Report report) {}

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new Bench()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Path directory = Files.createTempDirectory("usher-bench");
    try {
      return measure(directory);
    } finally {
      remove(directory);
    }
  }

  private int measure(Path directory) throws Exception {
    Certificate certificate = Certificate.make(directory);
    Setting setting =
        new Setting(
            new Servers(usher.toAbsolutePath(), directory, certificate),
            certificate.client(),
            Cores.find(),
            quick ? Effort.QUICK : Effort.FULL,
            new Report());
    if (against != null) {
      Path other = Files.createDirectory(directory.resolve("against"));
      Against.measure(setting, new Servers(built(against), other, certificate));
    } else {
      measureParts(setting, directory);
    }
    String table = heading(setting) + setting.report();
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
        case ALLOCATION -> Allocation.measure(setting, directory);
        case SERVED -> ServedPath.measure(setting);
        case DOORS -> ServedDoors.measure(setting);
        case ENDLESS -> EndlessNeighbour.measure(setting);
        case START -> Start.measure(setting);
        case MEMORY -> Memory.measure(setting);
        case PROFILE -> ServedProfile.measure(setting, directory);
      }
    }
  }

  private String heading(Setting setting) {
    return String.format(
        "%nUsher against %s, JDK %s, %s%s%n%n",
        against == null ? "bare servers" : "the build in " + against,
        Runtime.version(),
        setting.cores(),
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
