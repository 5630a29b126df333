package io.usher.apiserver.authn;

import static org.assertj.core.api.Assertions.assertThat;

import io.usher.apiserver.LogLines;
import io.usher.apiserver.file.BadFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files with random damage: each is read or refused, and no message holds a secret. */
class BadCredentialFilesTest {

  private static final String SECRET = "TopSecret";
  private static final String SIGNS = "\",\n\r:#\\ x\0é";

  @TempDir private Path folder;

  @RepeatedTest(300)
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void damagedFileIsReadOrNamed(RepetitionInfo repetition) throws IOException {
    Path path = Files.writeString(folder.resolve("f.csv"), damaged(repetition));
    try (var tokens = LogLines.of(TokenFile.class)) {
      assertReadOrNamed(path, () -> new TokenFile(path));
      assertReadOrNamed(path, () -> new BasicFile(path));
      assertThat(tokens.lines()).noneMatch(line -> line.contains(SECRET));
    }
  }

  private static String damaged(RepetitionInfo repetition) {
    var random = new Random(repetition.getCurrentRepetition());
    var text = new StringBuilder();
    for (int i = 0; i < 5; i++) {
      text.append(SECRET).append(i).append(",user").append(i).append(",uid,\"a,b\"\n");
    }
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(3)) {
        case 0 -> text.setCharAt(at, SIGNS.charAt(random.nextInt(SIGNS.length())));
        case 1 -> text.insert(at, SIGNS.charAt(random.nextInt(SIGNS.length())));
        default -> text.delete(at, Math.min(text.length(), at + random.nextInt(30)));
      }
    }
    return text.toString();
  }

  private interface Reading {
    void run() throws IOException;
  }

  private static void assertReadOrNamed(Path path, Reading reading) throws IOException {
    try {
      reading.run();
    } catch (BadFileException e) {
      assertThat(e.getMessage()).startsWith(path + ", line ").doesNotContain(SECRET);
    }
  }
}
