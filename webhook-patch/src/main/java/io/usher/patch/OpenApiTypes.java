package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.patch.FieldSchema.Ownership;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads what the schemas of an OpenAPI v3 document declare, each when it is asked for. */
final class OpenApiTypes {
  private static final String REFERENCE = "#/components/schemas/";
  private static final String MAP_TYPE = "x-kubernetes-map-type";
  private static final String LIST_TYPE = "x-kubernetes-list-type";
  private static final String RAW = "io.k8s.apimachinery.pkg.runtime.RawExtension";
  private static final Set<String> SCALARS = Set.of("string", "integer", "number", "boolean");

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
      known =
          name.equals(RAW) || isAtomicMap(schema)
              ? StructSchema.atomic(name, fields, others(schema))
              : new StructSchema(name, fields, others(schema));
      types.put(name, known); // before its fields: types may contain themselves
      readFields(schema, fields);
    }
    return known;
  }

  /** The type that a schema inside a document describes. */
  StructSchema inline(String name, JsonNode schema) {
    String reference = reference(schema);
    if (reference != null) {
      return named(reference);
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

  /** The type of a whole object, which has more fields than a schema of its own says. */
  StructSchema object(String name, JsonNode schema, FieldSchema metadata) {
    var fields = new HashMap<String, FieldSchema>();
    readFields(schema, fields);
    fields.put("apiVersion", StructSchema.UNDECLARED.asField());
    fields.put("kind", StructSchema.UNDECLARED.asField());
    fields.put("metadata", metadata);
    return new StructSchema(name, fields, others(schema));
  }

  private static boolean isAtomicMap(JsonNode schema) {
    return "atomic".equals(text(schema, MAP_TYPE));
  }

  private static @Nullable String reference(JsonNode schema) {
    JsonNode reference = schema.at("/allOf/0/$ref");
    if (reference.isMissingNode()) {
      reference = schema.path("$ref");
    }
    return reference.isTextual() ? reference.textValue().replace(REFERENCE, "") : null;
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
    boolean map = "map".equals(text(schema, LIST_TYPE));
    FieldSchema field =
        FieldSchema.declared(
            name,
            strategy == null ? List.of() : List.of(strategy.split(",")),
            text(schema, "x-kubernetes-patch-merge-key"),
            map ? texts(schema.path("x-kubernetes-list-map-keys")) : List.of(),
            inline(name, schema.has("items") ? schema.get("items") : schema));
    Ownership ownership = schema.has("items") ? ofList(schema, field) : ofMap(schema);
    return field.owned(
        ownership, ownership == Ownership.MAP ? keyDefaults(schema.get("items"), field) : Map.of());
  }

  /** The type of a list; where none is declared, a list that patches merge is no whole either. */
  private static Ownership ofList(JsonNode schema, FieldSchema field) {
    String type = text(schema, LIST_TYPE);
    if (type != null) {
      return switch (type) {
        case "map" -> Ownership.MAP;
        case "set" -> Ownership.SET;
        default -> Ownership.DEFAULT;
      };
    }
    if (field.strategy() != FieldSchema.Strategy.MERGE) {
      return Ownership.DEFAULT;
    }
    return field.mergeKey() == null ? Ownership.SET : Ownership.MAP;
  }

  private static Ownership ofMap(JsonNode schema) {
    String type = text(schema, MAP_TYPE);
    if (type == null) {
      return Ownership.DEFAULT;
    }
    return type.equals("atomic") ? Ownership.ATOMIC : Ownership.GRANULAR;
  }

  private Map<String, JsonNode> keyDefaults(JsonNode items, FieldSchema field) {
    String reference = reference(items);
    JsonNode properties = (reference == null ? items : schemas.path(reference)).path("properties");
    var defaults = new TreeMap<String, JsonNode>();
    for (String key : field.elementKeys()) {
      JsonNode fallback = properties.path(key).get("default");
      if (fallback != null) {
        defaults.put(key, fallback);
      }
    }
    return defaults;
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
    if (SCALARS.contains(schema.path("type").asText()) || schema.has("oneOf")) {
      return StructSchema.Others.UNDECLARED;
    }
    boolean open =
        !schema.has("properties")
            || schema.path("x-kubernetes-preserve-unknown-fields").booleanValue();
    return open ? StructSchema.Others.OPEN : StructSchema.Others.UNKNOWN;
  }
}
