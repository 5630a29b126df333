package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.ServedVersion;
import io.usher.json.LazyJson;
import io.usher.patch.ObjectVersions;
import io.usher.patch.PatchException;
import io.usher.patch.StructSchema;
import org.jspecify.annotations.Nullable;

/**
 * The versions in which some objects are served, those of other groups included.
 *
 * @param storage under what they are stored
 */
record ServedVersions(ResourceRegistry registry, GroupResource storage) implements ObjectVersions {

  private @Nullable ApiResource find(String apiVersion) {
    int slash = apiVersion.indexOf('/');
    String group = slash < 0 ? "" : apiVersion.substring(0, slash);
    for (ResourceType type : registry.types()) {
      if (type.group().equals(group) && type.storage().equals(storage)) {
        ServedVersion version = type.version(apiVersion.substring(slash + 1));
        return version == null ? null : new ApiResource(type, version);
      }
    }
    return null;
  }

  private ApiResource get(String apiVersion) {
    ApiResource found = find(apiVersion);
    if (found == null) {
      throw new IllegalArgumentException("nobody asked whether there is " + apiVersion);
    }
    return found;
  }

  @Override
  public @Nullable StructSchema schema(String apiVersion) {
    ApiResource found = find(apiVersion);
    return found == null ? null : found.version().schema().fieldSchema();
  }

  @Override
  public JsonNode convert(JsonNode object, String apiVersion) {
    ObjectNode copy = LazyJson.copy((ObjectNode) object);
    ApiResource from = get(object.path("apiVersion").asText());
    try {
      return Served.fromStored(Served.toStored(copy, from), get(apiVersion));
    } catch (ApiException e) {
      throw new PatchException("", "convert to " + apiVersion + ": " + e.getMessage());
    }
  }

  @Override
  public JsonNode empty(String apiVersion) {
    ApiResource resource = get(apiVersion);
    return resource
        .version()
        .schema()
        .blank()
        .put("apiVersion", apiVersion)
        .put("kind", resource.kind().kind());
  }
}
