package io.usher.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Tells others the ports, for as long as the server listens on them. */
final class PortFile implements AutoCloseable {

  private final Path path;

  PortFile(Path path) {
    this.path = path.toAbsolutePath();
  }

  void write(int port, int healthPort) {
    try {
      // Moved into its place, so that who waits for it never reads half of it.
      Path half = Files.createTempFile(path.getParent(), "ports", null);
      Files.writeString(half, "{\"port\":" + port + ",\"healthPort\":" + healthPort + "}\n");
      Files.move(half, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new StartException("write " + path, e);
    }
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(path);
  }
}
