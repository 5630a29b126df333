package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Schemas as definitions have them, {@code JSONSchemaProps}. */
public final class JsonSchemas {

  private static final StructType PROPS =
      TypeTable.BUILT_IN.struct(
          "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps");

  private JsonSchemas() {}

  /**
   * Decodes the schemas behind {@code items} and {@code additionalProperties}, which may be
   * something else than a schema, so that Go decodes them apart: what a schema does not have is
   * gone without a word.
   *
   * @throws ApiException 400 where a keyword can't hold its value
   */
  public static void decodeNested(ObjectNode schema) {
    for (String keyword : List.of("items", "additionalProperties")) {
      if (schema.get(keyword) instanceof ObjectNode nested) {
        try {
          new Decoder(TypeTable.BUILT_IN).decode(nested, PROPS);
        } catch (DecodingException e) {
          throw new ApiException(Status.badRequest(e.problem()));
        }
      }
    }
    below(
        schema,
        each -> {
          if (each instanceof ObjectNode nested) {
            decodeNested(nested);
          }
        });
  }

  private static void below(JsonNode schema, Consumer<JsonNode> action) {
    for (String keyword : List.of("items", "additionalProperties", "not")) {
      if (schema.path(keyword).isObject()) {
        action.accept(schema.get(keyword));
      }
    }
    for (String keyword : List.of("properties", "allOf", "anyOf", "oneOf")) {
      schema.path(keyword).forEach(action);
    }
  }

  /** The formats in a schema that nobody checks. */
  public static List<String> unknownFormats(JsonNode schema) {
    var unknown = new ArrayList<String>();
    String format = schema.path("format").asText();
    if (!format.isEmpty() && Formats.supported(format, schema.path("type").asText()).isEmpty()) {
      unknown.add(format);
    }
    below(schema, each -> unknown.addAll(unknownFormats(each)));
    return unknown;
  }
}
