package io.usher.apiserver.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.apiserver.LogLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadedFileTest {

  @TempDir private Path folder;
  private Path path;

  @BeforeEach
  void write() throws IOException {
    path = Files.writeString(folder.resolve("file"), "1");
  }

  private ReloadedFile<Integer> file() throws IOException {
    return new ReloadedFile<>(path, ReloadedFileTest::parse);
  }

  private static Integer parse(Path path, String text) throws BadFileException {
    try {
      return text.isEmpty() ? 0 : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new BadFileException(path, 1, "is no number");
    }
  }

  @Test
  void reloadTakesOverWhatTheFileSaysNow() throws IOException {
    var file = file();
    Files.writeString(path, "2");
    assertThat(file.current()).isEqualTo(1);
    file.reload();
    assertThat(file.current()).isEqualTo(2);
  }

  @Test
  void emptiedFileIsTakenOverAsWell() throws IOException {
    var file = file();
    Files.writeString(path, "");
    file.reload();
    assertThat(file.current()).isZero();
  }

  @Test
  void badReloadKeepsTheOldAndSaysSoOnce() throws IOException {
    var file = file();
    Files.writeString(path, "two");
    try (var log = LogLines.of(ReloadedFile.class)) {
      file.reload();
      file.reload();
      assertThat(file.current()).isEqualTo(1);
      assertThat(log.lines())
          .containsExactly(
              "WARN keep what "
                  + path
                  + " said before, as it is bad now:"
                  + " io.usher.apiserver.file.BadFileException: "
                  + path
                  + ", line 1: is no number");
    }
  }

  @Test
  void fileThatIsGoneKeepsTheOld() throws IOException {
    var file = file();
    Files.delete(path);
    try (var log = LogLines.of(ReloadedFile.class)) {
      file.reload();
      assertThat(file.current()).isEqualTo(1);
      assertThat(log.lines()).singleElement().asString().contains("NoSuchFileException: " + path);
    }
  }

  @Test
  void goodFileAfterABadOneCounts() throws IOException {
    var file = file();
    Files.writeString(path, "two");
    file.reload();
    Files.writeString(path, "3");
    file.reload();
    assertThat(file.current()).isEqualTo(3);
  }

  @Test
  void firstReadNamesTheProblem() throws IOException {
    Files.writeString(path, "one");
    assertThatThrownBy(this::file).hasMessage(path + ", line 1: is no number");
    Files.write(path, new byte[] {(byte) 0xff});
    assertThatThrownBy(this::file).hasMessage(path + ": is not UTF-8");
    path = folder;
    assertThatThrownBy(this::file).hasMessage(folder + ": is no regular file");
    path = Path.of("/dev/zero");
    assertThatThrownBy(this::file).hasMessage("/dev/zero: is no regular file");
  }

  @Test
  void fileOfManyMegabytesIsRefused() throws IOException {
    Files.write(path, new byte[(16 << 20) + 1]);
    assertThatThrownBy(this::file).hasMessage(path + ": has more than 16777216 bytes");
  }
}
