package io.usher.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Set;

/** The parameters of operations: what each is, and which go with which verb. */
final class Parameters {

  static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  static final Set<String> LIST =
      Set.of(
          "allowWatchBookmarks",
          "continue",
          "fieldSelector",
          "labelSelector",
          "limit",
          "pretty",
          "resourceVersion",
          "resourceVersionMatch",
          "sendInitialEvents",
          "shardSelector",
          "timeoutSeconds",
          "watch");
  static final Set<String> WRITE = Set.of("dryRun", "fieldManager", "fieldValidation", "pretty");

  /** The star tells a parameter that a patch words differently. */
  static final Set<String> PATCH =
      Set.of("dryRun", "fieldManager*", "fieldValidation", "force", "pretty");

  static final Set<String> DELETE =
      Set.of(
          "dryRun",
          "gracePeriodSeconds",
          "ignoreStoreReadErrorWithClusterBreakingPotential",
          "orphanDependents",
          "pretty",
          "propagationPolicy");

  private final JsonNode declared;

  Parameters() {
    try (InputStream in = Parameters.class.getResourceAsStream("parameters.json")) {
      declared = new JsonMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException("read parameters.json", e);
    }
  }

  /** Puts parameters of these names into an operation or a path. */
  void into(ObjectNode json, Collection<String> names, String kind) {
    if (!names.isEmpty()) {
      ArrayNode array = json.putArray("parameters");
      names.forEach(name -> array.add(parameter(name, kind)));
    }
  }

  private JsonNode parameter(String name, String kind) {
    return switch (name) {
      case "name" -> inPath(name, "name of the " + kind);
      case "namespace" ->
          inPath(name, "object name and auth scope, such as for teams and projects");
      default -> declared.get(name);
    };
  }

  private static ObjectNode inPath(String name, String description) {
    ObjectNode json = NODES.objectNode();
    json.put("name", name).put("in", "path").put("description", description).put("required", true);
    json.putObject("schema").put("type", "string").put("uniqueItems", true);
    return json;
  }
}
