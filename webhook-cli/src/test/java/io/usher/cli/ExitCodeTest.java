package io.usher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same fault ends each command with the same code. */
final class ExitCodeTest {

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "serve --dev-certs DIR/certs --rules DIR/bad.jar",
        "lint --rules DIR/bad.jar",
        "review -f DIR/pod.yaml --rules DIR/bad.jar",
        "manifests --name gate --image gate:1 --out DIR/out --rules DIR/bad.jar"
      })
  void badRuleJarIsTwo(String words) throws Exception {
    Files.writeString(folder.resolve("bad.jar"), "no jar");
    Files.writeString(
        folder.resolve("pod.yaml"), "{apiVersion: v1, kind: Pod, metadata: {name: a}}");

    assertThat(run(words)).isEqualTo(2);

    String command = words.substring(0, words.indexOf(' '));
    assertThat(err.toString()).startsWith("usher " + command + ": bad.jar: ").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lint -f DIR/none.yaml",
        "review -f DIR/none.yaml --rules DIR",
        "diff --type json DIR/none.yaml DIR/none.yaml",
        "patch --type json DIR/none.yaml DIR/none.yaml"
      })
  void missingManifestIsTwo(String words) {
    assertThat(run(words)).isEqualTo(2);

    String command = words.substring(0, words.indexOf(' '));
    assertThat(err.toString())
        .startsWith(
            "usher " + command + ": " + folder.resolve("none.yaml") + ": there is no such file")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "serve",
        "manifests",
        "lint",
        "review",
        "diff",
        "patch",
        "certs",
        "authority",
        "dev"
      })
  void helpHasTheTable(String command) {
    assertThat(run(command + " --help")).isZero();

    String help = out.toString().replaceAll("\\s+", " ");
    ExitCode.table().forEach((code, meaning) -> assertThat(help).contains(code + " " + meaning));
  }

  @Test
  void wrongOptionIsTwoAndShort() {
    assertThat(run("lint --formt json")).isEqualTo(2);
    assertThat(err.toString()).startsWith("usher lint: Unknown option").hasLineCount(2);
  }

  private int run(String words) {
    String[] arguments = words.replace("DIR", folder.toString()).split(" ");
    return Usher.commandLine(arguments)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
