package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The schemas of a file of vectors. */
final class VectorSchemas {
  private final JsonNode schemas;
  private final Map<String, StructSchema> types = new HashMap<>();

  VectorSchemas(JsonNode schemas) {
    this.schemas = schemas;
  }

  StructSchema named(String name) {
    StructSchema known = types.get(name);
    if (known == null) {
      if (!schemas.has(name)) {
        throw new IllegalArgumentException("no schema '" + name + "'");
      }
      var fields = new HashMap<String, FieldSchema>();
      known = new StructSchema(name, fields, StructSchema.Others.UNKNOWN);
      types.put(name, known);
      read(schemas.get(name), fields);
    }
    return known;
  }

  private void read(JsonNode struct, Map<String, FieldSchema> fields) {
    struct
        .path("fields")
        .properties()
        .forEach(field -> fields.put(field.getKey(), field(field.getKey(), field.getValue())));
  }

  private FieldSchema field(String name, JsonNode field) {
    List<String> strategies = new ArrayList<>();
    for (JsonNode strategy : field.path("patchStrategy")) {
      if (!strategy.asText().isEmpty()) {
        strategies.add(strategy.asText());
      }
    }
    String mergeKey = field.path("patchMergeKey").asText();
    JsonNode type = field.path("type");
    return FieldSchema.declared(
        name,
        strategies,
        mergeKey.isEmpty() ? null : mergeKey,
        List.of(),
        type(type.path("kind").asText().equals("list") ? type.path("items") : type));
  }

  private StructSchema type(JsonNode type) {
    return switch (type.path("kind").asText()) {
      case "map" -> map(type.path("values"));
      case "struct" -> type.has("ref") ? named(type.get("ref").asText()) : inline(type);
      default -> closed(type.path("kind").asText());
    };
  }

  /** Kubernetes looks no field up in a map of scalars, nor in a scalar: it fails. */
  private StructSchema map(JsonNode values) {
    String kind = values.path("kind").asText();
    boolean structs = kind.equals("struct") || kind.equals("map") || kind.equals("list");
    return structs
        ? StructSchema.mapOf(
            FieldSchema.of(type(kind.equals("list") ? values.path("items") : values)))
        : closed("map");
  }

  private static StructSchema closed(String name) {
    return new StructSchema(name, Map.of(), StructSchema.Others.UNKNOWN);
  }

  private StructSchema inline(JsonNode type) {
    var fields = new HashMap<String, FieldSchema>();
    read(type, fields);
    return new StructSchema("struct", fields, StructSchema.Others.UNKNOWN);
  }
}
