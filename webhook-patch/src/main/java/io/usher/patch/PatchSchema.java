package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** What an API server's kinds declare of their fields. */
public final class PatchSchema {
  private final Map<String, StructSchema> kinds;

  private PatchSchema(Map<String, StructSchema> kinds) {
    this.kinds = kinds;
  }

  /**
   * The table of Kubernetes' own kinds that ships with the library. It is read when first asked.
   */
  public static PatchSchema builtIn() {
    return new PatchSchema(Map.of());
  }

  /**
   * The kinds of one document of a cluster's OpenAPI v3, such as {@code /openapi/v3/apis/apps/v1}.
   *
   * @throws PatchException when it is no OpenAPI v3 document
   */
  public static PatchSchema ofOpenApi(JsonNode document) {
    throw new UnsupportedOperationException();
  }

  /**
   * The schema of a custom resource: {@code spec.versions[].schema.openAPIV3Schema} of its
   * definition.
   */
  public static StructSchema ofCustomResource(JsonNode openApiV3Schema) {
    throw new UnsupportedOperationException();
  }

  /**
   * The schema of a kind, {@link StructSchema#none()} where this table has none.
   *
   * @param group the API group, empty for the core group
   */
  public StructSchema forKind(String group, String version, String kind) {
    return kinds.getOrDefault(group + '/' + version + '/' + kind, StructSchema.none());
  }
}
