package io.usher.cli;

import io.usher.authority.Authority;
import io.usher.authority.AuthoritySettings;
import io.usher.config.GoDuration;
import io.usher.http.HealthServer;
import io.usher.http.Readiness;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Keeps a CA and the server's certificate in a cluster that has nobody to issue one. */
@Command(
    name = "authority",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Keep a CA (Secret NAME-authority), the server's certificate (Secret NAME-tls) and the"
            + " caBundle of the webhook configurations NAME, until the process is told to stop. Each"
            + " is renewed when two thirds of its life are over; a new CA signs only once everybody"
            + " trusts it.")
final class AuthorityCommand implements Callable<Integer> {

  private static final String CONDITION = "certificates";

  @Option(names = "--name", required = true, description = "of the webhook configurations")
  private String name;

  @Option(
      names = "--namespace",
      description = "the server's and the Secrets' (default: NAME-system)")
  private @Nullable String namespace;

  @Option(
      names = "--dns",
      required = true,
      split = ",",
      paramLabel = "NAME",
      description = "DNS names of the server: NAME.NAMESPACE.svc")
  private List<String> dnsNames;

  @Option(
      names = "--definitions",
      split = ",",
      paramLabel = "NAME",
      description =
          "CustomResourceDefinitions whose objects the server converts: the caBundle of their"
              + " webhook is kept, too")
  private List<String> definitions = List.of();

  @Option(
      names = "--leaf-life",
      defaultValue = "2160h",
      paramLabel = "DURATION",
      converter = Durations.class,
      description = "of the server's certificate (default: ${DEFAULT-VALUE}, 90 days)")
  private Duration leafLife;

  @Option(
      names = "--ca-life",
      defaultValue = "26280h",
      paramLabel = "DURATION",
      converter = Durations.class,
      description = "of the CA (default: ${DEFAULT-VALUE}, 3 years)")
  private Duration authorityLife;

  @Option(
      names = "--interval",
      defaultValue = "1h",
      paramLabel = "DURATION",
      converter = Durations.class,
      description =
          "between two looks at the cluster, more or less (default: ${DEFAULT-VALUE}); after a"
              + " failure it looks again sooner")
  private Duration interval;

  @Option(
      names = "--health-host",
      defaultValue = "0.0.0.0",
      paramLabel = "ADDRESS",
      description = "address of the probes (default: ${DEFAULT-VALUE})")
  private String healthHost;

  @Option(
      names = "--health-port",
      defaultValue = "8080",
      paramLabel = "PORT",
      description = "port of /livez and /readyz (default: ${DEFAULT-VALUE}); 0 takes a free one")
  private int healthPort;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    var readiness = new Readiness();
    readiness.block(CONDITION, "the cluster was not looked at yet");
    Runtime.getRuntime().addShutdownHook(new Thread(Logs::close, "shutdown"));
    Authority authority = connect(readiness);
    try (HealthServer health = start(readiness)) {
      var out = spec.commandLine().getOut();
      out.printf(
          "usher keeps the certificates of %s in %s, health on http://%s:%d%n",
          name, namespace(), healthHost, health.port());
      out.flush();
      authority.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return ExitCode.OK;
  }

  private Authority connect(Readiness readiness) {
    try {
      return Authority.connect(
          new AuthoritySettings(
              name, namespace(), dnsNames, definitions, leafLife, authorityLife, interval),
          Clock.systemUTC(),
          ThreadLocalRandom.current()::nextDouble,
          problem -> tell(readiness, problem));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private String namespace() {
    return namespace == null ? name + "-system" : namespace;
  }

  private HealthServer start(Readiness readiness) throws IOException {
    try {
      return HealthServer.start(new InetSocketAddress(healthHost, healthPort), readiness);
    } catch (RuntimeException e) {
      throw new IOException(
          "listen on " + healthHost + ":" + healthPort + ": " + e.getMessage(), e);
    }
  }

  private static void tell(Readiness readiness, Optional<String> problem) {
    problem.ifPresentOrElse(
        text -> readiness.block(CONDITION, text), () -> readiness.clear(CONDITION));
  }

  /** Durations as Go writes them, above zero. */
  private static final class Durations implements ITypeConverter<Duration> {

    @Override
    public Duration convert(String text) {
      try {
        Duration duration = GoDuration.parse(text);
        if (duration.isNegative() || duration.isZero()) {
          throw new IllegalArgumentException(text + " must be greater than zero");
        }
        return duration;
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
