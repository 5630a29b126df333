package io.usher.apiserver.authn;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.usher.apiserver.file.BadFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is in a file of credentials, the answer is its users or an error that names it. */
class CredentialFilesFuzzTest {

  private static final Path FILE = Path.of("tokens.csv");

  @TempDir static Path work;

  @FuzzTest
  void tokensAndPasswords(byte[] text) throws IOException {
    Path file = Files.write(work.resolve("users.csv"), text);
    try {
      new TokenFile(file);
      new BasicFile(file);
    } catch (BadFileException e) {
      assertThat(e).hasMessageContaining("users.csv");
    }
  }

  /** What was read, written with every field in quotes, is read as the same. */
  @FuzzTest
  void records(byte[] bytes) throws BadFileException {
    List<CsvRecord> records;
    try {
      records = CsvRecord.parse(FILE, new String(bytes, StandardCharsets.UTF_8));
    } catch (BadFileException e) {
      return;
    }
    String written =
        records.stream().map(CredentialFilesFuzzTest::written).collect(Collectors.joining("\n"));

    assertThat(CsvRecord.parse(FILE, written).stream().map(CsvRecord::fields).toList())
        .isEqualTo(records.stream().map(CsvRecord::fields).toList());
  }

  /** A carriage return before a line break belongs to it, so each line break gets one. */
  private static String written(CsvRecord record) {
    return record.fields().stream()
        .map(field -> '"' + field.replace("\"", "\"\"").replace("\n", "\r\n") + '"')
        .collect(Collectors.joining(","));
  }
}
