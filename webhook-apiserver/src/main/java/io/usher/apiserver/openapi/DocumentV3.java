package io.usher.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/** Writes documents of OpenAPI v3. */
final class DocumentV3 {

  private final Parameters parameters = new Parameters();
  private final Definitions definitions;
  private final String kubernetes;

  /**
   * @param kubernetes the version of Kubernetes whose API this is, {@code 1.36}
   */
  DocumentV3(Definitions definitions, String kubernetes) {
    this.definitions = definitions;
    this.kubernetes = kubernetes;
  }

  /** Paths with their operations, as {@code paths} has them. */
  ObjectNode paths(Map<String, List<Operation>> paths) {
    ObjectNode json = Parameters.NODES.objectNode();
    paths.forEach((path, operations) -> json.set(path, item(operations)));
    return json;
  }

  private ObjectNode item(List<Operation> operations) {
    var common = new TreeSet<>(operations.get(0).parameters());
    operations.forEach(each -> common.retainAll(each.parameters()));
    ObjectNode item = Parameters.NODES.objectNode();
    operations.forEach(each -> item.set(each.method(), each.toJson(parameters, common)));
    parameters.into(item, common, operations.get(0).kindName());
    return item;
  }

  /**
   * A document.
   *
   * @param group which group and version a schema may be a kind of
   */
  byte[] write(Map<String, List<Operation>> paths, BiPredicate<String, String> group) {
    ObjectNode json = paths(paths);
    var text = new StringBuilder("{\"openapi\":\"3.0.0\",\"info\":");
    text.append(info(kubernetes)).append(",\"paths\":").append(json);
    text.append(",\"components\":{\"schemas\":{");
    String separator = "";
    // the schemas are JSON already
    for (Map.Entry<String, String> each : definitions.closure(referred(json), group).entrySet()) {
      text.append(separator).append('"').append(each.getKey()).append("\":");
      text.append(each.getValue());
      separator = ",";
    }
    text.append(
        "},\"securitySchemes\":{\"BearerToken\":{\"type\":\"apiKey\",\"description\":\"Bearer Token"
            + " authentication\",\"name\":\"authorization\",\"in\":\"header\"}}}}");
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The names of the schemas that paths refer to; where something is listed, it is watched too. */
  static Set<String> referred(ObjectNode paths) {
    Set<String> names = new LinkedHashSet<>();
    if (paths.findValuesAsText("x-kubernetes-action").contains("list")) {
      names.add(Definitions.META + "WatchEvent");
    }
    paths
        .findValuesAsText("$ref")
        .forEach(each -> names.add(each.substring(Definitions.REFERENCE.length())));
    return names;
  }

  static JsonNode info(String kubernetes) {
    return Parameters.NODES.objectNode().put("title", "Kubernetes").put("version", kubernetes);
  }
}
