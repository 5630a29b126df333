package io.usher.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.Scope;
import io.usher.apiserver.api.ServedVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parameters that a server itself serves.
 *
 * @param store has the objects
 * @param types has the kinds
 */
public record StoredParams(ObjectStore store, ResourceRegistry types) implements ParamSource {

  @Override
  public @Nullable ParamResource find(ParamKind kind) {
    ResourceType type = types.ofKind(kind.group(), kind.kind());
    ServedVersion version = type == null ? null : type.version(kind.version());
    return type == null || version == null
        ? null
        : new Stored(store, new ApiResource(type, version), kind);
  }

  private record Stored(ObjectStore store, ApiResource resource, ParamKind kind)
      implements ParamResource {

    @Override
    public boolean isNamespaced() {
      return resource.type().scope() == Scope.NAMESPACED;
    }

    @Override
    public @Nullable JsonNode get(String namespace, String name) {
      ObjectNode object = store.get(resource.type().groupResource(), namespace, name);
      return object == null ? null : seen(object);
    }

    @Override
    public List<ObjectNode> list(String namespace) {
      return store.list(resource.type().groupResource(), namespace).stream()
          .map(this::seen)
          .toList();
    }

    /** A stored object in the version that the policy names. */
    private ObjectNode seen(ObjectNode object) {
      resource.version().conversion().fromStored(object);
      return object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    }
  }
}
