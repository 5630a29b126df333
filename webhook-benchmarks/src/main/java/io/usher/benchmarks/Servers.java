package io.usher.benchmarks;

import io.usher.benchmarks.rules.DoorRule;
import io.usher.benchmarks.rules.EndlessCallRule;
import io.usher.benchmarks.rules.EndlessRule;
import io.usher.benchmarks.rules.TreeRule;
import io.usher.benchmarks.rules.TypedRule;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Starts the servers that are measured. All share one certificate. */
final class Servers {

  private final Path usherJar;
  private final Path directory;
  private final Certificate certificate;
  private final Path treeRule;
  private final Path typedRule;
  private final Path endlessRule;
  private final Path endlessCallRule;
  private final Path doorRule;
  private int started;

  /**
   * @param usherJar what {@code java -jar} runs
   * @param directory for what they need; whoever made it removes it
   */
  Servers(Path usherJar, Path directory, Certificate certificate) throws IOException {
    this.usherJar = usherJar;
    this.directory = directory;
    this.certificate = certificate;
    this.treeRule = RuleJar.make(TreeRule.class, directory);
    this.typedRule = RuleJar.make(TypedRule.class, directory);
    this.endlessRule = RuleJar.make(EndlessRule.class, directory);
    this.endlessCallRule = RuleJar.make(EndlessCallRule.class, directory);
    this.doorRule = RuleJar.make(DoorRule.class, directory);
  }

  /** Jetty that walks the body. */
  ServerProcess bareJetty(List<String> prefix) throws IOException {
    return bare(prefix, BareJetty.class);
  }

  /** Javalin with Jackson's tree. */
  ServerProcess bareJavalin(List<String> prefix) throws IOException {
    return bare(prefix, BareJavalin.class);
  }

  /** Usher with {@link TreeRule} and default flags, and these options for its JVM. */
  ServerProcess usherTree(List<String> prefix, String... jvmOptions) throws IOException {
    return usher(prefix, List.of(treeRule), jvmOptions);
  }

  /** Usher with {@link TypedRule}. */
  ServerProcess usherTyped(List<String> prefix) throws IOException {
    return usher(prefix, List.of(typedRule));
  }

  /** Usher with {@link TreeRule} and {@link TypedRule}, and these options for its JVM. */
  ServerProcess usherBoth(List<String> prefix, String... jvmOptions) throws IOException {
    return usher(prefix, List.of(treeRule, typedRule), jvmOptions);
  }

  /** Usher with {@link TreeRule}, {@link EndlessRule} and {@link EndlessCallRule}. */
  ServerProcess usherEndless(List<String> prefix) throws IOException {
    return usher(prefix, List.of(treeRule, endlessRule, endlessCallRule));
  }

  /** Usher with {@link TreeRule} and {@link DoorRule}, whose doors are open to everybody. */
  ServerProcess usherDoors(List<String> prefix) throws IOException {
    return usher(
        prefix,
        List.of(treeRule, doorRule),
        List.of(
            "--authenticate",
            DoorRule.AUTHENTICATE + "=anyone",
            "--authenticate",
            DoorRule.AUTHORIZE + "=anyone"));
  }

  private ServerProcess usher(List<String> prefix, List<Path> rules, String... jvmOptions)
      throws IOException {
    return usher(prefix, rules, List.of(), jvmOptions);
  }

  private ServerProcess usher(
      List<String> prefix, List<Path> rules, List<String> flags, String... jvmOptions)
      throws IOException {
    Path portFile = portFile();
    var command = new ArrayList<>(prefix);
    command.add(ChildProcess.ofJdk("java"));
    command.addAll(List.of(jvmOptions));
    command.addAll(List.of("-jar", usherJar.toString(), "serve"));
    for (Path rule : rules) {
      command.addAll(List.of("--rules", rule.toString()));
    }
    command.addAll(List.of("--host", "127.0.0.1", "--port", "0"));
    command.addAll(List.of("--health-host", "127.0.0.1", "--health-port", "0"));
    command.addAll(List.of("--cert", certificate.chainPem().toString()));
    command.addAll(List.of("--key", certificate.keyPem().toString()));
    command.addAll(List.of("--port-file", portFile.toString()));
    command.addAll(flags);
    return ServerProcess.start(command, portFile);
  }

  private ServerProcess bare(List<String> prefix, Class<?> main) throws IOException {
    Path portFile = portFile();
    var command = new ArrayList<>(prefix);
    command.addAll(List.of(ChildProcess.ofJdk("java"), "-cp", classPathWithoutLogging()));
    command.addAll(List.of(main.getName(), certificate.keyStore().toString(), portFile.toString()));
    return ServerProcess.start(command, portFile);
  }

  /** Logback would have to be set up first; without it SLF4J drops everything. */
  private static String classPathWithoutLogging() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("logback"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private Path portFile() {
    return directory.resolve("port-" + started++);
  }
}
