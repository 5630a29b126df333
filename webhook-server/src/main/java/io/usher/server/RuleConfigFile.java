package io.usher.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.certs.WatchedFiles;
import io.usher.config.ConfigurationException;
import io.usher.json.Yaml;
import io.usher.webhook.RuleConfiguration;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is configured for rules: a YAML file that maps webhooks to keys and values, and variables. A
 * ConfigMap is such a file once it is mounted.
 */
public final class RuleConfigFile {

  /** Made with the first file: a server without one starts a tenth of a second sooner. */
  private static final class Trees {
    static final ObjectMapper MAPPER = Yaml.mapper().build();
  }

  private final Map<String, String> environment;
  private final @Nullable WatchedFiles<Map<String, ObjectNode>> file;

  /**
   * Reads the file.
   *
   * @param path null when there is none
   * @param environment of which those variables count that are for rules
   * @throws ConfigurationException when the file is not what it should be
   */
  public RuleConfigFile(@Nullable Path path, Map<String, String> environment, Clock clock) {
    this.environment = Map.copyOf(environment);
    try {
      this.file =
          path == null
              ? null
              : new WatchedFiles<>(
                  List.of(path), contents -> read(path, contents.get(0)), clock, null);
    } catch (IOException | GeneralSecurityException e) {
      throw new ConfigurationException("rule-config", e);
    }
  }

  /** What is configured now. */
  public RuleConfiguration configuration() {
    return RuleConfiguration.of(file == null ? Map.of() : file.value(), environment);
  }

  /** Looks at the file; true when something else is configured now. */
  boolean look() {
    return file != null && file.look();
  }

  private static Map<String, ObjectNode> read(Path path, byte[] content) throws IOException {
    JsonNode tree;
    try {
      tree = Trees.MAPPER.readTree(Yaml.parser(content));
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new IOException(path + ":" + line + ": " + e.getOriginalMessage(), e);
    }
    Map<String, ObjectNode> webhooks = new LinkedHashMap<>();
    if (tree.isMissingNode() || tree.isNull()) {
      return webhooks;
    }
    if (!tree.isObject()) {
      throw new IOException(path + ": write a mapping of webhooks to their keys");
    }
    for (var field : tree.properties()) {
      if (!(field.getValue() instanceof ObjectNode keys)) {
        throw new IOException(
            path + ": " + field.getKey() + ": write a mapping of keys to values below it");
      }
      webhooks.put(field.getKey(), keys);
    }
    return webhooks;
  }
}
