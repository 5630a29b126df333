package io.usher.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.usher.config.Configuration;
import io.usher.config.ConfigurationException;
import io.usher.config.ServeSettings;
import io.usher.manifest.DevRegistration;
import io.usher.rulejar.RuleJarException;
import io.usher.rulejar.RuleJars;
import io.usher.webhook.InvalidWebhookException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Serves rules from this machine to a local cluster. */
@Command(
    name = "dev",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Serve rule jars from this machine, and have a local cluster call it by URL until the command"
            + " ends. Only namespaces with the label usher.io/dev=NAME are meant, and a failed call is"
            + " ignored.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:it was told to end, or with --cleanup: the registration is gone",
      "1:the server, or kubectl, failed",
      "2:a wrong option, a bad rule jar, or a cluster that isn't local"
    })
final class DevCommand implements Callable<Integer> {

  /** A working day: after it, whoever finds the registration may remove it. */
  private static final Duration LIFE = Duration.ofHours(12);

  @Option(
      names = "--rules",
      split = ",",
      paramLabel = "PATH",
      description = "rule jars, or directories of them")
  private List<Path> rules = List.of();

  @Option(
      names = "--name",
      defaultValue = "dev",
      description = "tells one developer's registration from another's (default: dev)")
  private String name;

  @Option(
      names = "--host",
      description =
          "how the API server reaches this machine (default: what kind, k3d and minikube call it)")
  private @Nullable String host;

  @Option(names = "--port", defaultValue = "9443", description = "port (default: 9443)")
  private int port;

  @Option(names = "--kubectl", defaultValue = "kubectl", description = "program (default: kubectl)")
  private String kubectl;

  @Option(names = "--any-cluster", description = "also one that isn't local; needs --host")
  private boolean anyCluster;

  @Option(names = "--cleanup", description = "remove what an earlier run left, and end")
  private boolean cleanup;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    if (!name.matches("[a-z]([-a-z0-9]{0,38}[a-z0-9])?")) {
      throw new ParameterException(
          spec.commandLine(),
          "--name " + name + ": it must be a DNS label of at most 40 characters");
    }
    if (rules.isEmpty() && !cleanup) {
      throw new ParameterException(spec.commandLine(), "nothing to serve: give --rules");
    }
    var process = new KubectlProcess(List.of(kubectl));
    PrintWriter err = spec.commandLine().getErr();
    try {
      DevCluster cluster =
          DevCluster.of(
              new ObjectMapper()
                  .readTree(process.run("", "config", "view", "--minify", "-o", "json")));
      if (cluster.host().isEmpty() && !anyCluster) {
        err.println(
            "context " + cluster.context() + " is no local cluster; --any-cluster takes it anyway");
        return ExitCode.USAGE;
      }
      if (cleanup) {
        spec.commandLine().getOut().print(remove(process));
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
      }
      String reached = host == null ? cluster.host().orElse(null) : host;
      if (reached == null) {
        throw new ParameterException(
            spec.commandLine(),
            "--any-cluster: give --host, too, by which it reaches this machine");
      }
      return serve(process, reached);
    } catch (ConfigurationException | RuleJarException | InvalidWebhookException e) {
      err.println("usher dev: " + e.getMessage());
      return ExitCode.USAGE;
    } catch (IOException | StartException e) {
      err.println("usher dev: " + e.getMessage());
      return ExitCode.SOFTWARE;
    }
  }

  private int serve(KubectlProcess process, String reached)
      throws IOException, InterruptedException, ConfigurationException, StartException {
    Path certificates = Files.createTempDirectory("usher-dev");
    PrintWriter out = spec.commandLine().getOut();
    var configuration =
        Configuration.read(
            ServeSettings.ALL,
            Map.of(
                ServeSettings.RULES.name(), rules.stream().map(Path::toString).toList(),
                ServeSettings.PORT.name(), List.of(Integer.toString(port)),
                ServeSettings.HEALTH_PORT.name(), List.of("0"),
                ServeSettings.HEALTH_HOST.name(), List.of("127.0.0.1"),
                ServeSettings.DEV_CERTS.name(), List.of(certificates.toString()),
                ServeSettings.DEV_CERTS_NAMES.name(), List.of(reached),
                ServeSettings.SHUTDOWN_DELAY.name(), List.of("1s")),
            Map.of());
    try (var server = ServeProcess.start(configuration, out);
        var registered = register(process, reached, certificates)) {
      out.println("registered; a namespace opts in by: kubectl label namespace NAME " + label());
      out.flush();
      return server.awaitEnd();
    }
  }

  /** Registered until it is closed, or the process ends. */
  private Registered register(KubectlProcess process, String reached, Path certificates)
      throws IOException, InterruptedException {
    var registration =
        new DevRegistration(
            name,
            URI.create("https://" + reached + ":" + port),
            Files.readAllBytes(certificates.resolve("ca.crt")),
            Clock.systemUTC().instant().plus(LIFE));
    String yaml;
    try (RuleJars jars = RuleJars.load(rules)) {
      yaml = registration.yaml(jars.webhooks());
    }
    var registered = new Registered(process);
    Runtime.getRuntime().addShutdownHook(new Thread(registered::close, "unregister"));
    process.run(yaml, "apply", "--server-side", "--force-conflicts", "-f", "-");
    return registered;
  }

  private String remove(KubectlProcess process) throws IOException, InterruptedException {
    return process.run(
        "",
        "delete",
        "mutatingwebhookconfigurations,validatingwebhookconfigurations",
        "--ignore-not-found",
        "-l",
        label());
  }

  private String label() {
    return DevRegistration.LABEL + "=" + name;
  }

  /** Takes the registration away, once. */
  private final class Registered implements AutoCloseable {

    private final KubectlProcess process;
    private boolean closed;

    Registered(KubectlProcess process) {
      this.process = process;
    }

    @Override
    public synchronized void close() {
      if (closed) {
        return;
      }
      closed = true;
      PrintWriter err = spec.commandLine().getErr();
      try {
        remove(process);
      } catch (IOException e) {
        err.println("usher dev --cleanup is needed: " + e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        err.println("usher dev --cleanup is needed: interrupted");
      }
    }
  }
}
