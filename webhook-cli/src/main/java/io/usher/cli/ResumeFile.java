package io.usher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionResource;
import io.usher.config.ConfigurationException;
import io.usher.initializer.Position;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/** Keeps how far a run came, so that another one goes on from there. */
final class ResumeFile {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final @Nullable Path file;
  private final String server;
  private final String rules;

  /**
   * A file.
   *
   * @param file null to keep nothing
   * @param server which the run is about
   * @param rules the digest of those that it runs
   */
  ResumeFile(@Nullable Path file, String server, String rules) {
    this.file = file;
    this.server = server;
    this.rules = rules;
  }

  /**
   * Where an earlier run ended, or null.
   *
   * @throws ConfigurationException when it was of another cluster or of other rules
   */
  @Nullable Position read() throws IOException {
    if (file == null || !Files.exists(file)) {
      return null;
    }
    JsonNode kept = JSON.readTree(file.toFile());
    require(kept.path("server").asText().equals(server), "another API server");
    require(kept.path("rules").asText().equals(rules), "other rules");
    return new Position(
        new GroupVersionResource(
            kept.path("group").asText(),
            kept.path("version").asText(),
            kept.path("resource").asText()),
        kept.path("namespace").asText(),
        kept.path("name").asText());
  }

  private void require(boolean condition, String problem) {
    if (!condition) {
      throw new ConfigurationException(
          file + " is from a run with " + problem + "; delete it to begin anew");
    }
  }

  /** All up to here is done. */
  void reached(Position position) {
    if (file == null) {
      return;
    }
    GroupVersionResource resource = position.resource();
    ObjectNode kept =
        JSON.createObjectNode()
            .put("server", server)
            .put("rules", rules)
            .put("group", resource.group())
            .put("version", resource.version())
            .put("resource", resource.resource())
            .put("namespace", position.namespace())
            .put("name", position.name());
    try {
      Path next = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(next, kept + "\n");
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("write " + file, e);
    }
  }

  /** The run has ended. */
  void end(boolean whole) throws IOException {
    if (file != null && whole) {
      Files.deleteIfExists(file);
    }
  }
}
