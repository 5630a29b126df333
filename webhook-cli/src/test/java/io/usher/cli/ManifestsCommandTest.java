package io.usher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.labeler.Labeling;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ManifestsCommandTest {

  @TempDir private Path out;

  private final StringWriter err = new StringWriter();

  @Test
  void secondRunFindsNothingToDo() throws Exception {
    assertThat(run()).isZero();
    assertThat(run("--check")).isZero();
    assertThat(err.toString()).isEmpty();
    assertThat(out.resolve("base/namespace.yaml")).content().contains("name: labeler-system");
  }

  @Test
  void checkNamesWhatDiffersAndWritesNothing() throws Exception {
    run();
    Path edited = out.resolve("base/service.yaml");
    Files.writeString(edited, "changed");
    Path missing = out.resolve("register/kustomization.yaml");
    Files.delete(missing);
    Path stale = out.resolve("base/old.yaml");
    Files.copy(out.resolve("base/namespace.yaml"), stale);

    assertThat(run("--check")).isEqualTo(1);

    assertThat(err.toString().lines())
        .containsExactly(
            edited + " is out of date", missing + " is missing", stale + " is no longer generated");
    assertThat(edited).hasContent("changed");
    assertThat(stale).exists();
  }

  @Test
  void removesWhatIsNoLongerGeneratedAndNothingElse() throws Exception {
    run();
    Path stale = out.resolve("base/old.yaml");
    Files.copy(out.resolve("base/namespace.yaml"), stale);
    Path own = Files.writeString(out.resolve("base/own.yaml"), "kind: Own\n");

    assertThat(run()).isZero();

    assertThat(stale).doesNotExist();
    assertThat(own).exists();
  }

  @Test
  void overwritesNoFileThatWasNotGenerated() throws Exception {
    Files.createDirectories(out.resolve("base"));
    Path own = Files.writeString(out.resolve("base/service.yaml"), "kind: Own\n");

    assertThat(run()).isEqualTo(1);

    assertThat(err.toString()).contains(own + " is in the way: it was not generated");
    assertThat(own).hasContent("kind: Own\n");
    assertThat(out.resolve("base/namespace.yaml")).doesNotExist();
  }

  @Test
  void badNameIsOneLine() throws Exception {
    assertThat(run("--namespace", "Not_A_Label")).isEqualTo(2);

    assertThat(err.toString())
        .startsWith(
            "usher manifests: namespace \"Not_A_Label\": it must be a DNS label (a-z, 0-9 and -)"
                + System.lineSeparator());
  }

  @Test
  void chosenPathsAreTheServersAndTheRegistrations() throws Exception {
    assertThat(
            run(
                "--mutating-path",
                "labeler.example.com=/mutate-v1-pod",
                "--validating-path=labeler.example.com=/"))
        .as(err.toString())
        .isZero();

    var yaml = new ObjectMapper(new YAMLFactory());
    var served =
        yaml.readTree(out.resolve("base/deployment.yaml").toFile())
            .at("/spec/template/spec/containers/0/args");
    var arguments = new ArrayList<String>();
    served.forEach(argument -> arguments.add(argument.asText()));
    var serve = Usher.commandLine("serve").parseArgs(arguments.toArray(String[]::new));
    var subcommand = serve.hasSubcommand() ? serve.subcommand() : serve;
    assertThat(subcommand.matchedOption("--mutating-path").originalStringValues())
        .containsExactly("labeler.example.com=/mutate-v1-pod");
    assertThat(subcommand.matchedOption("--validating-path").originalStringValues())
        .containsExactly("labeler.example.com=/");
    for (String registration :
        List.of("plain/register.yaml", "charts/registration/templates/register.yaml")) {
      assertThat(out.resolve(registration))
          .content()
          .contains("path: /mutate-v1-pod\n", "path: /\n")
          .doesNotContain("path: /mutate/", "path: /validate/");
    }
    assertThat(out.resolve("charts/server/templates/server.yaml"))
        .content()
        .contains("- --mutating-path=labeler.example.com=/mutate-v1-pod\n");
  }

  @Test
  void pathOfAnUnknownWebhookIsOneLine() throws Exception {
    assertThat(run("--mutating-path", "gate.example.com=/mutate")).isEqualTo(2);

    assertThat(err.toString())
        .startsWith(
            "usher manifests: a path is chosen for webhook gate.example.com, which is not served;"
                + " served are [labeler.example.com]");
  }

  private int run(String... more) throws Exception {
    Path rules =
        Path.of(Labeling.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    var args =
        new String[] {
          "manifests",
          "--rules",
          rules.toString(),
          "--name",
          "labeler",
          "--image",
          "localhost/labeler:1",
          "--out",
          out.toString()
        };
    var all = new ArrayList<>(List.of(args));
    all.addAll(List.of(more));
    return Usher.commandLine("manifests")
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }
}
