package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes the table of {@link BuiltInKinds} from the OpenAPI v3 documents that a kube-apiserver
 * serves. Arguments: the folder that holds the documents, the table to write.
 */
final class BuiltInKindsGenerator {
  private final Map<String, JsonNode> schemas = new TreeMap<>();
  private final Map<String, StructSchema> types = new TreeMap<>();

  private BuiltInKindsGenerator(Path folder) throws IOException {
    ObjectNode all = Json.MAPPER.createObjectNode();
    for (Path document : documents(folder)) {
      JsonNode schemas = Json.MAPPER.readTree(document.toFile()).at("/components/schemas");
      if (schemas instanceof ObjectNode object) {
        all.setAll(object);
      }
    }
    var reader = new OpenApiTypes(all);
    all.properties()
        .forEach(
            schema -> {
              schemas.put(schema.getKey(), schema.getValue());
              types.put(schema.getKey(), reader.named(schema.getKey()));
            });
  }

  public static void main(String[] arguments) throws IOException {
    Files.writeString(Path.of(arguments[1]), table(Path.of(arguments[0])));
  }

  static String table(Path folder) throws IOException {
    return String.join("\n", new BuiltInKindsGenerator(folder).lines()) + "\n";
  }

  private static List<Path> documents(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  private List<String> lines() {
    Set<String> declaring = declaring();
    var lines = new ArrayList<String>();
    schemas.forEach(
        (name, schema) -> {
          if (declaring.contains(name)) {
            for (JsonNode kind : schema.path("x-kubernetes-group-version-kind")) {
              lines.add(
                  "kind\t"
                      + kind.get("group").asText()
                      + '/'
                      + kind.get("version").asText()
                      + '/'
                      + kind.get("kind").asText()
                      + '\t'
                      + name);
            }
          }
        });
    for (String name : declaring) {
      lines.add("type\t" + name);
      new TreeMap<>(types.get(name).fields())
          .forEach(
              (field, schema) -> {
                if (isDeclared(schema) || declaring.contains(schema.type().toString())) {
                  lines.add(line(field, schema, declaring));
                }
              });
    }
    return lines;
  }

  private static String line(String field, FieldSchema schema, Set<String> declaring) {
    String type = schema.type().toString();
    return Stream.of(
            "field",
            field,
            String.join(",", schema.strategies()),
            schema.mergeKey() == null ? "" : schema.mergeKey(),
            String.join(",", schema.listKeys()),
            declaring.contains(type) ? type : "")
        .map(column -> column.isEmpty() ? BuiltInKinds.NOTHING : column)
        .collect(Collectors.joining("\t"));
  }

  private static boolean isDeclared(FieldSchema schema) {
    return !schema.strategies().isEmpty() || !schema.listKeys().isEmpty();
  }

  /** The types with a declared field, and those that lead to one, in order. */
  private Set<String> declaring() {
    var declaring = new TreeSet<String>();
    int known = -1;
    while (known < declaring.size()) {
      known = declaring.size();
      types.forEach(
          (name, type) -> {
            if (type.fields().values().stream()
                .anyMatch(
                    field -> isDeclared(field) || declaring.contains(field.type().toString()))) {
              declaring.add(name);
            }
          });
    }
    return declaring;
  }
}
