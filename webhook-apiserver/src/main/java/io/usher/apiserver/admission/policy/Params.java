package io.usher.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.LabelSelectors;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.Scope;
import io.usher.apiserver.api.ServedVersion;
import io.usher.rule.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the parameters of bindings. */
final class Params {

  private final ObjectStore store;
  private final ResourceRegistry types;

  Params(ObjectStore store, ResourceRegistry types) {
    this.store = store;
    this.types = types;
  }

  /**
   * The resource of a policy's parameters; null where it has none.
   *
   * @throws ConfigurationException when there is no such kind
   */
  @Nullable ApiResource resource(@Nullable ParamKind kind) throws ConfigurationException {
    if (kind == null) {
      return null;
    }
    ResourceType type = types.ofKind(kind.group(), kind.kind());
    ServedVersion version = type == null ? null : type.version(kind.version());
    if (type == null || version == null) {
      throw new ConfigurationException(
          "failed to find resource referenced by paramKind: '" + kind + "'");
    }
    return new ApiResource(type, version);
  }

  /**
   * The objects that a policy is evaluated with, once with each: one null where the policy or the
   * binding names none.
   *
   * @param resource the policy's
   * @param namespace the request's
   * @throws ConfigurationException when the binding can't have any, or there are none and it wants
   *     some
   */
  List<JsonNode> of(PolicyBinding binding, @Nullable ApiResource resource, String namespace)
      throws ConfigurationException {
    JsonNode reference = binding.paramRef();
    if (resource == null || !reference.isObject()) {
      return List.of(NullNode.getInstance());
    }
    String place = reference.path("namespace").asText();
    boolean namespaced = resource.type().scope() == Scope.NAMESPACED;
    if (namespaced && place.isEmpty()) {
      place = namespace;
      if (place.isEmpty()) {
        throw new ConfigurationException(
            "cannot use namespaced paramRef in policy binding that matches cluster-scoped"
                + " resources");
      }
    }
    if (!namespaced && !place.isEmpty()) {
      throw new ConfigurationException(
          "paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
    }
    List<JsonNode> found = find(reference, resource, place);
    if (found.isEmpty() && !reference.path("parameterNotFoundAction").asText().equals("Allow")) {
      throw new ConfigurationException(
          "no params found for policy binding with `Deny` parameterNotFoundAction");
    }
    return found;
  }

  private List<JsonNode> find(JsonNode reference, ApiResource resource, String namespace) {
    var found = new ArrayList<JsonNode>();
    String name = reference.path("name").asText();
    if (!name.isEmpty()) {
      ObjectNode object = store.get(resource.type().groupResource(), namespace, name);
      if (object != null) {
        found.add(seen(object, resource));
      }
      return found;
    }
    LabelSelector selector = LabelSelectors.of(reference.path("selector"));
    for (ObjectNode each : store.list(resource.type().groupResource(), namespace)) {
      if (selector.matches(LabelSelectors.labels(each.at("/metadata/labels")))) {
        found.add(seen(each, resource));
      }
    }
    return found;
  }

  /** A stored object in the version that the policy names. */
  private static ObjectNode seen(ObjectNode object, ApiResource resource) {
    resource.version().conversion().fromStored(object);
    ResourceType type = resource.type();
    String group = type.group();
    String version = resource.version().name();
    return object
        .put("apiVersion", group.isEmpty() ? version : group + '/' + version)
        .put("kind", type.kind());
  }
}
