package io.usher.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells whoever started a server where it listens. */
public final class PortFile {

  private PortFile() {}

  /** Writes it elsewhere and moves it, so that nobody reads half of it. */
  public static void write(Path file, int port) throws IOException {
    Path half = Files.writeString(Path.of(file + ".half"), "{\"port\":" + port + "}");
    Files.move(half, file);
  }
}
