package io.usher.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.usher.http.HttpSettings;
import io.usher.manifest.DevWebhookConfigurations;
import io.usher.server.CertificateSettings;
import io.usher.server.ServerSettings;
import io.usher.server.UsherServer;
import io.usher.webhook.declaration.DnsName;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
            + " ends. The cluster calls it only for namespaces with the label usher.io/dev=NAME, and"
            + " ignores failed calls.")
final class DevCommand implements Callable<Integer> {

  /** A working day: after it, whoever finds the registration may remove it. */
  private static final Duration LIFE = Duration.ofHours(12);

  /** Leaves room in a DNS label for what objects put before it. */
  private static final int MAX_NAME = 40;

  @Option(
      names = "--rules",
      split = ",",
      paramLabel = "PATH",
      description = "rule jars, or directories of them")
  private List<Path> rules = List.of();

  @Option(
      names = "--name",
      defaultValue = "dev",
      description = "name of the registration, one for each developer (default: dev)")
  private String name;

  @Option(
      names = "--host",
      description =
          "how the API server reaches this machine (default: what kind, k3d and minikube call it)")
  private @Nullable String host;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      description =
          "listen on this address (default: 127.0.0.1 where --host is this machine's own name for"
              + " itself, else 0.0.0.0: containers call from addresses of their own)")
  private @Nullable String bind;

  @Option(names = "--port", defaultValue = "9443", description = "port (default: 9443)")
  private int port;

  @Option(names = "--kubectl", defaultValue = "kubectl", description = "program (default: kubectl)")
  private String kubectl;

  @Option(
      names = "--any-cluster",
      description =
          "take a cluster that kind, k3d, minikube or Docker Desktop did not make, too; give --host"
              + " unless its API server is a process of this machine")
  private boolean anyCluster;

  @Option(names = "--cleanup", description = "remove what an earlier run left, and end")
  private boolean cleanup;

  @Mixin private RuleConfigOption ruleConfig = new RuleConfigOption();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!DnsName.isLabel1035(name) || name.length() > MAX_NAME) {
      throw new ParameterException(
          spec.commandLine(),
          "--name %s: write a DNS label of at most %d characters (a-z, 0-9 and -)"
              .formatted(name, MAX_NAME));
    }
    if (rules.isEmpty() && !cleanup) {
      throw new ParameterException(spec.commandLine(), "nothing to serve: give --rules");
    }
    PrintWriter err = spec.commandLine().getErr();
    DevCluster cluster = cluster();
    if (!cluster.local() && !anyCluster) {
      throw new ParameterException(
          spec.commandLine(),
          "context %s (%s) was not made by kind, k3d, minikube or Docker Desktop, so others may use its cluster; if it is yours alone, add --any-cluster"
              .formatted(cluster.context(), cluster.server()));
    }
    // Whatever the current context becomes meanwhile, this is the cluster.
    var process = new KubectlProcess(List.of(kubectl, "--context=" + cluster.context()));
    try (var session = new DevSession(process, name, err)) {
      if (cleanup) {
        spec.commandLine().getOut().print(session.unregister());
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
      }
      return serve(session, hostOf(cluster));
    }
  }

  private DevCluster cluster() throws IOException, InterruptedException {
    String config =
        new KubectlProcess(List.of(kubectl)).run("", "config", "view", "--minify", "-o", "json");
    return DevCluster.of(new ObjectMapper().readTree(config));
  }

  private String hostOf(DevCluster cluster) {
    if (host != null) {
      return host;
    }
    return cluster
        .host()
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(),
                    "context "
                        + cluster.context()
                        + ": add --host HOST, the name or address by which its API server reaches"
                        + " this machine"));
  }

  private int serve(DevSession session, String reached) throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    String address = address(reached);
    try (var certificates = TemporaryFolder.create("usher-dev");
        var server = server(certificates.path(), address, reached)) {
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shutdown"));
      server.start();
      var registration =
          new DevWebhookConfigurations(
              name,
              URI.create("https://" + reached + ":" + port),
              Files.readAllBytes(certificates.path().resolve("ca.crt")),
              Clock.systemUTC().instant().plus(LIFE));
      session.register(registration.yaml(server.webhooks()));
      if (!DevCluster.isLoopbackHost(address)) {
        out.printf(
            "whoever reaches %s:%d may send reviews; --bind ADDRESS narrows that%n", address, port);
      }
      out.println(
          "registered; a namespace opts in by: kubectl label namespace NAME " + session.label());
      out.flush();
      server.awaitEnd();
      return ExitCode.OK;
    }
  }

  /** A server that only this machine needs to reach is one that only this machine can reach. */
  private String address(String reached) {
    if (bind != null) {
      return bind;
    }
    return DevCluster.isLoopbackHost(reached) ? "127.0.0.1" : "0.0.0.0";
  }

  private UsherServer server(Path certificates, String address, String reached) {
    return UsherServer.create(
        config -> {
          ruleConfig.applyTo(config);
          config
              .rules(rules.toArray(Path[]::new))
              .set(HttpSettings.HOST, address)
              .set(HttpSettings.PORT, port)
              .set(HttpSettings.HEALTH_HOST, "127.0.0.1")
              .set(HttpSettings.HEALTH_PORT, 0)
              .set(CertificateSettings.DEV_CERTS, certificates)
              .set(CertificateSettings.DEV_CERTS_NAMES, List.of(reached))
              .set(ServerSettings.SHUTDOWN_DELAY, Duration.ofSeconds(1))
              .onFatal(ServeCommand::halt);
        });
  }
}
