package io.usher.webhook.declaration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuleIndexTest {

  @Test
  void whatIsWrittenIsRead() throws Exception {
    var index = new RuleIndex(3, "7.8.0", "2.22.4", List.of("b.B", "a.A$C"));
    var out = new ByteArrayOutputStream();

    index.write(out);

    assertThat(read(out.toString(UTF_8))).isEqualTo(index);
    assertThat(index.classes()).containsExactly("a.A$C", "b.B");
  }

  @Test
  void membersOfLaterLevelsAreSkipped() throws Exception {
    assertThat(read("{\"apiLevel\": 9, \"new\": {\"a\": [1]}, \"classes\": [\"a.A\"]}"))
        .isEqualTo(new RuleIndex(9, RuleIndex.UNKNOWN, RuleIndex.UNKNOWN, List.of("a.A")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"apiLevel\": 1",
        "{\"apiLevel\": \"1\"}",
        "{\"apiLevel\": 1, \"classes\": {}}",
        "{\"apiLevel\": 1, \"classes\": [1]}"
      })
  void anythingElseIsRefused(String json) {
    assertThatThrownBy(() -> read(json)).isInstanceOf(IOException.class);
  }

  private static RuleIndex read(String json) throws IOException {
    return RuleIndex.read(new ByteArrayInputStream(json.getBytes(UTF_8)));
  }
}
