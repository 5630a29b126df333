package io.usher.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class YamlTest {

  private static final ObjectMapper MAPPER = Yaml.mapper().build();

  @Test
  void keyThatComesTwiceIsRefused() {
    assertThatThrownBy(() -> MAPPER.readTree(Yaml.parser("a: 1\nb:\n  c: 1\n  c: 2\n")))
        .isInstanceOf(JsonParseException.class)
        .hasMessageContaining("Duplicate field 'c'");
  }

  @Test
  void emptyDocumentAndKeyWithoutAValueAreNull() throws Exception {
    JsonNode empty = MAPPER.readTree(Yaml.parser("---\n# nothing\n---\n"));
    assertThat(empty.isNull()).isTrue();
    JsonNode valueless = MAPPER.readTree(Yaml.parser("a:\nb: ''\n"));
    assertThat(valueless.toString()).isEqualTo("{\"a\":null,\"b\":\"\"}");
  }

  @Test
  void aliasIsRefusedWithItsLine() {
    assertThatThrownBy(() -> MAPPER.readTree(Yaml.parser("a: &x one\nb: *x\n")))
        .isInstanceOfSatisfying(
            JsonParseException.class,
            e -> {
              assertThat(e.getOriginalMessage())
                  .isEqualTo("the alias *x is not read, write out what it stands for");
              assertThat(e.getLocation().getLineNr()).isEqualTo(2);
            });
  }

  @Test
  void numbersAreExactAndTextsHaveQuotesWhereTheyNeedThem() throws Exception {
    String yaml =
        """
        price: 1.10
        large: 12345678901234567890123
        number: "1"
        word: "true"
        text: %s
        """
            .formatted("word ".repeat(40).strip());
    JsonNode tree = MAPPER.readTree(Yaml.parser(yaml));

    assertThat(MAPPER.writeValueAsString(tree)).isEqualTo(yaml);
  }
}
