package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
    declaring.stream()
        .filter(name -> types.get(name).isAtomic())
        .forEach(name -> lines.add("atomic\t" + name));
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
                if (isDeclared(schema) || leads(schema.type(), declaring)) {
                  lines.add(line(field, schema, declaring));
                }
              });
    }
    return lines;
  }

  private static String line(String field, FieldSchema schema, Set<String> declaring) {
    return Stream.of(
            "field",
            field,
            String.join(",", schema.strategies()),
            schema.mergeKey() == null ? "" : schema.mergeKey(),
            String.join(",", schema.listKeys()),
            schema.keyDefaults().isEmpty() ? "" : defaults(schema),
            schema.ownership() == FieldSchema.Ownership.DEFAULT
                ? ""
                : schema.ownership().name().toLowerCase(Locale.ROOT),
            type(schema.type(), declaring))
        .map(column -> column.isEmpty() ? BuiltInKinds.NOTHING : column)
        .collect(Collectors.joining("\t"));
  }

  private static String defaults(FieldSchema schema) {
    ObjectNode defaults = Json.MAPPER.createObjectNode();
    new TreeMap<>(schema.keyDefaults()).forEach(defaults::set);
    return defaults.toString();
  }

  private static String type(StructSchema type, Set<String> declaring) {
    FieldSchema values = type.values();
    if (values != null) {
      return BuiltInKinds.MAP_OF + type(values.type(), declaring);
    }
    if (declaring.contains(type.toString())) {
      return type.toString();
    }
    return type.isAny() && type != StructSchema.none() ? BuiltInKinds.ANY : "";
  }

  private static boolean isDeclared(FieldSchema schema) {
    return !schema.strategies().isEmpty()
        || !schema.listKeys().isEmpty()
        || schema.ownership() != FieldSchema.Ownership.DEFAULT;
  }

  private static boolean leads(StructSchema type, Set<String> declaring) {
    return !type(type, declaring).isEmpty();
  }

  /** The types with a declared field, and those that lead to one, in order. */
  private Set<String> declaring() {
    var declaring = new TreeSet<String>();
    int known = -1;
    while (known < declaring.size()) {
      known = declaring.size();
      types.forEach(
          (name, type) -> {
            if (type.isAtomic()
                || type.fields().values().stream()
                    .anyMatch(field -> isDeclared(field) || leads(field.type(), declaring))) {
              declaring.add(name);
            }
          });
    }
    return declaring;
  }
}
