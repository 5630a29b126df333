package io.usher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ends the command: nothing but its own configuration. */
final class AuthorityCommandTest {

  /** Where fabric8's client looks before it looks at KUBECONFIG. */
  private static final String KUBECONFIG = "kubeconfig";

  @TempDir private Path folder;

  private final StringWriter err = new StringWriter();

  @AfterEach
  void forget() {
    System.clearProperty(KUBECONFIG);
  }

  @ParameterizedTest
  @CsvSource({
    "--name=Gate --dns=a.svc, --name Gate: it must be a DNS label",
    "--name=a --dns=a_b, --dns a_b: it must be a DNS name",
    "--name=a --dns=a.svc --leaf-life=soon, Invalid value for option '--leaf-life': \"soon\" is no duration",
    "--name=a --dns=a.svc --interval=0s, Invalid value for option '--interval': 0s must be greater than zero",
    "--name=a --dns=a.svc --interval=1000h, --interval: it must be a sixth of --leaf-life or less",
    "--name=a --dns=a.svc --ca-life=2160h, --leaf-life: it must be a third of --ca-life or less"
  })
  void wrongOptionIsNamed(String options, String message) {
    assertThat(run(options.split(" "))).isEqualTo(2);

    assertThat(err.toString()).startsWith("usher authority: " + message);
  }

  @Test
  void kubeconfigThatIsNoneIsNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("config"), "clusters: [");
    System.setProperty(KUBECONFIG, file.toString());

    assertThat(run("--name=a", "--dns=a.svc", "--health-port=0")).isEqualTo(2);

    assertThat(err.toString()).startsWith("usher authority: read the kubeconfig: ");
  }

  @Test
  void portThatIsTakenIsNamed() throws Exception {
    try (var taken = new ServerSocket(0)) {
      assertThat(run("--name=a", "--dns=a.svc", "--health-port=" + taken.getLocalPort()))
          .isEqualTo(1);

      assertThat(err.toString())
          .startsWith("usher authority: listen on 0.0.0.0:" + taken.getLocalPort());
    }
  }

  private int run(String... options) {
    String[] args =
        Stream.concat(Stream.of("authority"), Stream.of(options)).toArray(String[]::new);
    return Usher.commandLine(args).setErr(new PrintWriter(err, true)).execute(args);
  }
}
