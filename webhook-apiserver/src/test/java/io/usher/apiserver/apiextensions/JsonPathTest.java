package io.usher.apiserver.apiextensions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPathTest {

  private static final String OBJECT =
      """
      {"spec": {"size": 2, "a.b": 3, "parts": [{"name": "x", "n": 1}, {"name": "y", "n": 5}]},
       "status": {"conditions": [{"type": "Ready", "status": "True"}]}}
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ".spec.size|[2]",
        ".spec['a.b']|[3]",
        ".spec.a\\.b|[3]",
        ".spec.parts[1].name|[\"y\"]",
        ".spec.parts[-1].name|[\"y\"]",
        ".spec.parts[*].name|[\"x\", \"y\"]",
        ".spec.parts[?(@.n>2)].name|[\"y\"]",
        ".status.conditions[?(@.type==\"Ready\")].status|[\"True\"]",
        ".spec.parts[7].name|[]",
        ".spec.none.more|[]",
      })
  void pathsFind(String path, String found) throws Exception {
    JsonNode object = new ObjectMapper().readTree(OBJECT);
    assertThat(JsonPath.parse(path).find(object)).hasToString(found);
  }

  @ParameterizedTest
  @ValueSource(strings = {"spec", ".spec[", ".spec[x]", ".spec..size"})
  void otherPathsAreRefused(String path) {
    assertThatThrownBy(() -> JsonPath.parse(path)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void longPathNeedsNoDeepStack() {
    JsonNode empty = new ObjectMapper().createObjectNode();
    assertThat(JsonPath.parse('.' + "a".repeat(100_000)).find(empty)).isEmpty();
    assertThat(JsonPath.parse(".a".repeat(10_000)).find(empty)).isEmpty();
    assertThat(JsonPath.parse(".a[?(@" + ".a".repeat(2_000) + "==1)]").find(empty)).isEmpty();
  }
}
