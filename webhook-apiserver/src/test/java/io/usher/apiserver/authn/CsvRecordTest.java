package io.usher.apiserver.authn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.apiserver.file.BadFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvRecordTest {

  private static final Path PATH = Path.of("users.csv");

  private static List<CsvRecord> parse(String text) throws BadFileException {
    return CsvRecord.parse(PATH, text);
  }

  @Test
  void recordsAreLinesAndFieldsEndAtCommas() throws BadFileException {
    assertThat(parse("a,b,\n\n c ,\"d,e\"\r\n#f"))
        .containsExactly(
            new CsvRecord(1, List.of("a", "b", "")),
            new CsvRecord(3, List.of(" c ", "d,e")),
            new CsvRecord(4, List.of("#f")));
  }

  @Test
  void quotedFieldHoldsQuotesAndLines() throws BadFileException {
    assertThat(parse("\"a\"\"b\nc\",\"\"\nd"))
        .containsExactly(new CsvRecord(1, List.of("a\"b\nc", "")), new CsvRecord(3, List.of("d")));
  }

  @Test
  void emptyTextHasNoRecord() throws BadFileException {
    assertThat(parse("")).isEmpty();
    assertThat(parse("\n\r\n")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
          'ok\nsec"ret,b'    | line 2: a " in a field that does not begin with one: quote the whole field
          '\n\n"sec"ret,b'   | line 3: text after the " that closes a field: write "" for a " within it
          'ok\na,"secret\nb' | line 2: a " opens a field and none closes it
          '"'                | line 1: a " opens a field and none closes it
          """)
  void errorNamesTheLineAndNotTheSecret(String text, String message) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(BadFileException.class)
        .hasMessage("users.csv, " + message);
  }
}
