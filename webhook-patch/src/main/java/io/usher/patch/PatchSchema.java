package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What the kinds of an API server declare of their fields, as far as patches need it. Custom
 * resources declare no patch strategies, and the API server takes no strategic merge patch of them;
 * their schema serves to align the lists of a {@link JsonPatch}.
 */
public final class PatchSchema {
  private static final PatchSchema BUILT_IN = new PatchSchema(() -> BuiltInKinds.KINDS);

  private final Supplier<Map<String, StructSchema>> kinds;

  private PatchSchema(Supplier<Map<String, StructSchema>> kinds) {
    this.kinds = kinds;
  }

  /**
   * The table of the kinds of Kubernetes 1.36 that ships with the library. It is read when the
   * first kind is asked for.
   */
  public static PatchSchema builtIn() {
    return BUILT_IN;
  }

  /**
   * The kinds of one document of a cluster's OpenAPI v3, such as {@code /openapi/v3/apis/apps/v1}.
   * Unlike the built-in table these know every field: {@link StrategicMergePatch} and the others
   * refuse to merge one that the type does not have, as the API server does.
   *
   * @throws PatchException when it is no OpenAPI v3 document
   */
  public static PatchSchema ofOpenApi(JsonNode document) {
    JsonNode schemas = document.at("/components/schemas");
    if (!schemas.isObject()) {
      throw new PatchException("/components/schemas", "read schema: no OpenAPI v3 document");
    }
    var types = new OpenApiTypes(schemas);
    var kinds = new HashMap<String, StructSchema>();
    schemas
        .properties()
        .forEach(
            schema ->
                schema
                    .getValue()
                    .path("x-kubernetes-group-version-kind")
                    .forEach(kind -> kinds.put(key(kind), types.named(schema.getKey()))));
    return new PatchSchema(() -> kinds);
  }

  /**
   * The schema of a custom resource: the types of its lists and maps. Its {@code metadata} are
   * those of every object.
   *
   * @param openApiV3Schema {@code spec.versions[].schema.openAPIV3Schema} of its definition
   */
  public static StructSchema ofCustomResource(JsonNode openApiV3Schema) {
    FieldSchema metadata = BUILT_IN.forKind("", "v1", "ConfigMap").field("metadata");
    return new OpenApiTypes(openApiV3Schema).object("custom resource", openApiV3Schema, metadata);
  }

  /**
   * The schema of a kind, {@link StructSchema#none()} where this table has none.
   *
   * @param group the API group, empty for the core group
   */
  public StructSchema forKind(String group, String version, String kind) {
    return kinds.get().getOrDefault(key(group, version, kind), StructSchema.none());
  }

  private static String key(JsonNode kind) {
    return key(
        kind.path("group").asText(), kind.path("version").asText(), kind.path("kind").asText());
  }

  private static String key(String group, String version, String kind) {
    return group + '/' + version + '/' + kind;
  }
}
