package io.usher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code usher diff} and {@code usher patch}. */
class PatchCommandsTest {

  @TempDir Path folder;

  private Path before;
  private Path after;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeObjects() throws IOException {
    before =
        write(
            "a.yaml",
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: web, labels: {tier: front}}
            spec: {containers: [{name: web, image: "nginx:1"}]}
            """);
    after =
        write(
            "b.yaml",
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: web}
            spec: {containers: [{name: proxy, image: "envoy:1"}, {name: web, image: "nginx:1"}]}
            """);
  }

  @Test
  void jsonPatchIsPrintedAndApplies() throws IOException {
    assertThat(run("diff", "--type", "json", before, after)).isZero();
    assertThat(Admissions.yaml("{p: " + out + "}"))
        .isEqualTo(
            Admissions.yaml(
                """
                p:
                - {op: remove, path: /metadata/labels}
                - {op: add, path: /spec/containers/0, value: {name: proxy, image: "envoy:1"}}
                """));
    appliesTo("json");
  }

  @Test
  void mergePatchIsPrintedAndApplies() throws IOException {
    assertThat(run("diff", "--type", "merge", before, after)).isZero();
    assertThat(Admissions.yaml(out.toString()))
        .isEqualTo(
            Admissions.yaml(
                """
                metadata: {labels: null}
                spec:
                  containers:
                  - {name: proxy, image: "envoy:1"}
                  - {name: web, image: "nginx:1"}
                """));
    appliesTo("merge");
  }

  @Test
  void strategicMergePatchIsPrintedAndApplies() throws IOException {
    assertThat(run("diff", "--type", "strategic", before, after)).isZero();
    assertThat(Admissions.yaml(out.toString()))
        .isEqualTo(
            Admissions.yaml(
                """
                metadata: {labels: null}
                spec:
                  $setElementOrder/containers: [{name: proxy}, {name: web}]
                  containers: [{name: proxy, image: "envoy:1"}]
                """));
    appliesTo("strategic");
  }

  private void appliesTo(String type) throws IOException {
    Path patch = write("patch.json", out.toString());
    out.getBuffer().setLength(0);
    assertThat(run("patch", "--type", type, before, patch)).isZero();
    assertThat(Admissions.yaml(out.toString())).isEqualTo(Admissions.yaml(Files.readString(after)));
  }

  @Test
  void customResourceHasNoStrategicMergePatch() throws IOException {
    Path custom = write("c.yaml", "{apiVersion: example.com/v1, kind: Mouse, a: 1}");

    assertThat(run("diff", "--type", "strategic", custom, custom)).isEqualTo(1);
    assertThat(err.toString())
        .contains("no strategic merge patch for \"example.com/v1\" \"Mouse\", use merge");
  }

  @Test
  void patchThatDoesNotApplyIsExplained() throws IOException {
    Path patch = write("p.yaml", "[{op: remove, path: /spec/none}]");

    assertThat(run("patch", "--type", "json", before, patch)).isEqualTo(1);
    assertThat(err.toString()).contains("apply " + patch + " to " + before, "/spec/none");
  }

  @Test
  void wrongFilesAreNamed() throws IOException {
    Path two = write("two.yaml", "a: 1\n---\nb: 2\n");
    Path list = write("list.yaml", "[1]");

    assertThat(run("diff", "--type", "json", two, before)).isEqualTo(2);
    assertThat(run("diff", "--type", "json", list, before)).isEqualTo(2);
    assertThat(run("patch", "--type", "json", folder.resolve("no.yaml"), before)).isEqualTo(2);
    assertThat(err.toString())
        .contains("two.yaml: it holds 2 documents, not one")
        .contains("list.yaml: it holds no object")
        .contains("no.yaml: there is no such file");
  }

  @Test
  void unknownTypeIsRefusedWithTheKnownOnes() {
    assertThat(run("diff", "--type", "best", before, after)).isEqualTo(2);
    assertThat(err.toString()).contains("'best'", "json, merge, strategic");
  }

  private int run(Object... arguments) {
    String[] words = Stream.of(arguments).map(Object::toString).toArray(String[]::new);
    return Usher.commandLine(words)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(words);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
