package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what the schemas of an OpenAPI v3 document declare, each when it is asked for. */
final class OpenApiTypes {
  private static final String REFERENCE = "#/components/schemas/";

  private final JsonNode schemas;
  private final Map<String, StructSchema> types = new HashMap<>();

  /**
   * @param schemas the document's {@code components.schemas}
   */
  OpenApiTypes(JsonNode schemas) {
    this.schemas = schemas;
  }

  /** The type of this name, nothing declared where the document has none. */
  StructSchema named(String name) {
    StructSchema known = types.get(name);
    if (known == null) {
      var fields = new HashMap<String, FieldSchema>();
      JsonNode schema = schemas.path(name);
      known = new StructSchema(name, fields, others(schema));
      types.put(name, known); // before its fields: types may contain themselves
      readFields(schema, fields);
    }
    return known;
  }

  /** The type that a schema inside a document describes. */
  StructSchema inline(String name, JsonNode schema) {
    JsonNode reference = schema.at("/allOf/0/$ref");
    if (reference.isMissingNode()) {
      reference = schema.path("$ref");
    }
    if (reference.isTextual()) {
      return named(reference.textValue().replace(REFERENCE, ""));
    }
    JsonNode values = schema.path("additionalProperties");
    if (values.isObject()) {
      return StructSchema.mapOf(field(name, values));
    }
    if (!schema.has("properties")) {
      return StructSchema.none();
    }
    var fields = new HashMap<String, FieldSchema>();
    readFields(schema, fields);
    return new StructSchema(name, fields, others(schema));
  }

  private void readFields(JsonNode schema, Map<String, FieldSchema> fields) {
    schema
        .path("properties")
        .properties()
        .forEach(
            property ->
                fields.put(property.getKey(), field(property.getKey(), property.getValue())));
  }

  private FieldSchema field(String name, JsonNode schema) {
    String strategy = text(schema, "x-kubernetes-patch-strategy");
    boolean map = "map".equals(text(schema, "x-kubernetes-list-type"));
    return FieldSchema.declared(
        name,
        strategy == null ? List.of() : List.of(strategy.split(",")),
        text(schema, "x-kubernetes-patch-merge-key"),
        map ? texts(schema.path("x-kubernetes-list-map-keys")) : List.of(),
        inline(name, schema.has("items") ? schema.get("items") : schema));
  }

  /** Extensions stand beside the reference, or inside the first of {@code allOf}. */
  private static @Nullable String text(JsonNode schema, String extension) {
    JsonNode value = schema.get(extension);
    return (value == null ? schema.at("/allOf/0/" + extension) : value).textValue();
  }

  private static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>(array.size());
    array.forEach(element -> texts.add(element.asText()));
    return texts;
  }

  private static StructSchema.Others others(JsonNode schema) {
    boolean open =
        !schema.has("properties")
            || schema.path("x-kubernetes-preserve-unknown-fields").booleanValue();
    return open ? StructSchema.Others.UNDECLARED : StructSchema.Others.UNKNOWN;
  }
}
