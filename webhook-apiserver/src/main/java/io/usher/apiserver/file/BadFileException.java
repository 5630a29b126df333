package io.usher.apiserver.file;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file is not what it should be. The message names file, line and problem, and quotes nothing of
 * what it holds.
 */
public final class BadFileException extends IOException {

  /** Something about the file as a whole. */
  public BadFileException(Path path, String problem) {
    super(path + ": " + problem);
  }

  /**
   * Something about one line.
   *
   * @param line counted from 1
   */
  public BadFileException(Path path, int line, String problem) {
    super(path + ", line " + line + ": " + problem);
  }
}
