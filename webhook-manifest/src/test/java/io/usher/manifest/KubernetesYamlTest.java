package io.usher.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KubernetesYamlTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "-1.5",
        "1e3",
        "0x1F",
        "0o17",
        "1_000",
        "12:30:45",
        "2026-01-02",
        "2026-01-02T03:04:05Z",
        "true",
        "no",
        "on",
        "null",
        "~",
        "*",
        "{{ a }}",
        "- a",
        "a: b",
        ""
      })
  void whatAReaderCouldTakeForSomethingElseIsQuoted(String text) {
    assertThat(yaml(text)).matches("a: (\"|').*(\"|')\\n");
    assertThat(KubernetesYaml.parse(yaml(text)).get("a").asText()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"250m", "384Mi", "2160h", "None", "kubernetes.io/hostname", "cert sign"})
  void otherTextIsNot(String text) {
    assertThat(yaml(text)).isEqualTo("a: " + text + "\n");
  }

  @Test
  void linesAreABlock() {
    assertThat(yaml("x: 1\ny: 2\n")).isEqualTo("a: |\n  x: 1\n  y: 2\n");
  }

  private static String yaml(String text) {
    return KubernetesYaml.write(List.of(JsonNodeFactory.instance.objectNode().put("a", text)));
  }
}
