package io.usher.cli;

import io.usher.certs.DevelopmentCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes a certificate for a cluster that has nobody to issue one. */
@Command(
    name = "certs",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Make a CA and a server's certificate: ca.crt, tls.crt, tls.key. The CA's key is thrown"
            + " away, so the next certificate will be of another CA.")
final class CertsCommand implements Callable<Integer> {

  /** Ten years; what must last longer needs a CA that somebody keeps. */
  private static final int MOST_DAYS = 3650;

  @Option(
      names = "--dns",
      required = true,
      split = ",",
      paramLabel = "NAME",
      description = "DNS names and IP addresses of the server: NAME.NAMESPACE.svc")
  private List<String> names;

  @Option(
      names = "--days",
      defaultValue = "90",
      description = "how long they are valid, 1 to " + MOST_DAYS + " (default: ${DEFAULT-VALUE})")
  private int days;

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "where to")
  private Path out;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (days < 1 || days > MOST_DAYS) {
      throw new ParameterException(
          spec.commandLine(), "--days " + days + ": it must be 1 to " + MOST_DAYS);
    }
    for (String file : List.of("ca.crt", "tls.crt", "tls.key")) {
      if (Files.exists(out.resolve(file))) {
        throw new ParameterException(
            spec.commandLine(),
            out.resolve(file) + " exists: remove it, unless a cluster still needs it");
      }
    }
    try {
      DevelopmentCertificates.writeTo(out, names, Clock.systemUTC(), Duration.ofDays(days));
      return ExitCode.OK;
    } catch (IOException | GeneralSecurityException e) {
      throw new IOException("write certificates to " + out + ": " + e.getMessage(), e);
    }
  }
}
