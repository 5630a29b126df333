package io.usher.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestReaderTest {

  @TempDir Path folder;

  @Test
  void documentsKnowTheirPlace() throws IOException {
    Path file =
        write(
            "two.yaml",
            """
            # a comment
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: one}
            ---
            # nothing
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: two}
            """);

    assertThat(read(file.toString()))
        .extracting(ManifestDocument::where)
        .containsExactly(file + ", document 1 at line 3", file + ", document 3 at line 9");
  }

  @Test
  void folderIsItsManifestsByName() throws IOException {
    write("b.yml", "{apiVersion: v1, kind: Pod, metadata: {name: b}}");
    write("a.json", "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"a\"}}");
    write("README.md", "# no manifest");

    assertThat(read(folder.toString()))
        .extracting(document -> document.object().at("/metadata/name").asText())
        .containsExactly("a", "b");
  }

  @Test
  void listIsItsItems() throws IOException {
    Path file =
        write(
            "list.yaml",
            """
            apiVersion: v1
            kind: List
            items:
            - {apiVersion: v1, kind: Pod, metadata: {name: one}}
            - {apiVersion: v1, kind: Secret, metadata: {name: two}}
            """);

    assertThat(read(file.toString()))
        .extracting(document -> document.object().path("kind").asText())
        .containsExactly("Pod", "Secret");
  }

  @Test
  void dashIsTheInput() {
    var input =
        new ByteArrayInputStream(
            "{apiVersion: v1, kind: Pod, metadata: {name: ü}}".getBytes(StandardCharsets.UTF_8));

    assertThat(new ManifestReader(input).read(List.of("-"), false))
        .singleElement()
        .satisfies(
            document -> {
              assertThat(document.where()).isEqualTo("STDIN, document 1 at line 1");
              assertThat(document.object().at("/metadata/name").asText()).isEqualTo("ü");
            });
  }

  /** sigs.k8s.io/yaml reads YAML 1.1. */
  @ParameterizedTest
  @CsvSource({
    "yes, true",
    "on, true",
    "0644, 420",
    "1.10, 1.10",
    "12345678901234567890, 12345678901234567890",
    "2026-01-01, '\"2026-01-01\"'",
    "'\"yes\"', '\"yes\"'",
    "~, null",
  })
  void scalarIsWhatKubectlTakesItFor(String yaml, String json) {
    assertThat(YamlDocuments.read("x", "value: " + yaml).get(0).tree().path("value").toString())
        .isEqualTo(json);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kind: Pod | document 1 at line 1: it has no apiVersion and so is no Kubernetes object",
        "apiVersion: v1 | document 1 at line 1: it has no kind and so is no Kubernetes object",
        "[1] | document 1 at line 1: it is no object but of JSON's type array",
        "a: 1\\n---\\nb: [1 | document 2 at line 3: while parsing a flow sequence",
        "a: 1\\na: 2 | document 1 at line 2: Duplicate field 'a'",
        "a: &x 1\\nb: *x | document 1 at line 2: the alias *x is not read",
        "{apiVersion: v1, kind: PodList, items: [1]} | document 1 at line 1: an item of the list",
      })
  void wrongDocumentIsNamedWithItsLine(String text, String problem) throws IOException {
    Path file = write("wrong.yaml", text.replace("\\n", "\n"));

    assertThatThrownBy(() -> read(file.toString()))
        .isInstanceOf(ManifestException.class)
        .hasMessageStartingWith(file + ", " + problem);
  }

  @Test
  void missingFileAndEmptyFolderAreNamed() {
    assertThatThrownBy(() -> read(folder.resolve("none.yaml").toString()))
        .hasMessage(folder.resolve("none.yaml") + ": there is no such file");
    assertThatThrownBy(() -> read(folder.toString()))
        .hasMessage(
            folder + " holds no .yaml, .yml or .json file; add -R to read its sub-folders, too");
  }

  @Test
  void subFoldersAreReadWhereThatIsAskedFor() throws IOException {
    write("a.yaml", "{apiVersion: v1, kind: Pod}");
    Files.createDirectories(folder.resolve("deep/er"));
    write("deep/er/b.yaml", "{apiVersion: v1, kind: Secret}");
    var reader = new ManifestReader(new ByteArrayInputStream(new byte[0]));

    assertThat(reader.read(List.of(folder.toString()), false)).hasSize(1);
    assertThat(reader.read(List.of(folder.toString()), true))
        .extracting(document -> document.object().path("kind").asText())
        .containsExactly("Pod", "Secret");
  }

  @Test
  void eachPartOfADocumentKnowsItsLine() throws IOException {
    Path file =
        write(
            "list.yaml",
            """
            apiVersion: v1
            kind: List
            items:
            - apiVersion: v1
              kind: Pod
              spec:
                containers:
                - name: one
                - name: two
            - {apiVersion: v1, kind: Secret}
            """);

    List<ManifestDocument> documents = read(file.toString());

    assertThat(documents).extracting(ManifestDocument::line).containsExactly(4, 10);
    ManifestDocument pod = documents.get(0);
    assertThat(pod.object().at("/spec/containers"))
        .extracting(container -> pod.lines().of(container))
        .containsExactly(8, 9);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static List<ManifestDocument> read(String... names) {
    return new ManifestReader(new ByteArrayInputStream(new byte[0])).read(List.of(names), false);
  }
}
