package io.usher.apiserver.storage.file;

import io.usher.apiserver.storage.KilledWriter;
import java.nio.file.Path;

/** A process that writes into a file with some threads until it is killed. */
final class FileWriter {

  /** Some hundred changes, so that the rest is folded. */
  static final long HISTORY_BYTES = 1 << 20;

  private FileWriter() {}

  /** Takes the file, what names begin with, and how many threads write. */
  public static void main(String[] args) {
    KilledWriter.tellOnStandardOutput(
        FileStorage.open(Path.of(args[0]), HISTORY_BYTES), args[1], Integer.parseInt(args[2]));
  }
}
