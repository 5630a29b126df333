package io.usher.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A folder of files that nobody else may read, a throwaway certificate's key above all. It is gone
 * when it is closed, or when the process ends by a signal.
 */
final class TemporaryFolder implements AutoCloseable {

  private final Path path;
  private final Thread atExit = new Thread(this::delete, "delete-temporary-files");

  private TemporaryFolder(Path path) {
    this.path = path;
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** Makes a new one. */
  static TemporaryFolder create(String prefix) throws IOException {
    return new TemporaryFolder(Files.createTempDirectory(prefix));
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    delete();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The process is ending: the hook has run or runs now, and finds nothing left to delete.
      return;
    }
  }

  private synchronized void delete() {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException("delete " + path + ": " + e.getMessage(), e);
    }
  }
}
