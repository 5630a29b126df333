package io.usher.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.Assertions;

/** A file that holds what a test is to give, written by the test itself when told to. */
final class GoldenFile {

  private final Path file;
  private final boolean update;

  GoldenFile(Path file, boolean update) {
    this.file = file;
    this.update = update;
  }

  void check(String actual) {
    try {
      if (update) {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, actual);
        return;
      }
      if (!Files.exists(file)) {
        throw new AssertionError(
            "golden file %s is missing; -Dusher.golden.update=true writes:%n%s"
                .formatted(file.toAbsolutePath(), actual));
      }
      Assertions.assertThat(actual).as("golden file %s", file).isEqualTo(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException("golden file " + file + ": " + e.getMessage(), e);
    }
  }
}
