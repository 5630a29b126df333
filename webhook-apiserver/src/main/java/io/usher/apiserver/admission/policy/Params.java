package io.usher.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.usher.apiserver.admission.policy.ParamSource.ParamResource;
import io.usher.apiserver.api.LabelSelectors;
import io.usher.rule.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the parameters of bindings. */
final class Params {

  private final ParamSource source;

  Params(ParamSource source) {
    this.source = source;
  }

  /**
   * The resource of a policy's parameters; null where it has none.
   *
   * @throws ConfigurationException when there is no such kind
   */
  @Nullable ParamResource resource(@Nullable ParamKind kind) throws ConfigurationException {
    if (kind == null) {
      return null;
    }
    ParamResource resource = source.find(kind);
    if (resource == null) {
      throw new ConfigurationException(
          "failed to find resource referenced by paramKind: '" + kind + "'");
    }
    return resource;
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
  List<JsonNode> of(PolicyBinding binding, @Nullable ParamResource resource, String namespace)
      throws ConfigurationException {
    JsonNode reference = binding.paramRef();
    if (resource == null || !reference.isObject()) {
      return List.of(NullNode.getInstance());
    }
    String place = reference.path("namespace").asText();
    boolean namespaced = resource.isNamespaced();
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

  private static List<JsonNode> find(JsonNode reference, ParamResource resource, String namespace)
      throws ConfigurationException {
    var found = new ArrayList<JsonNode>();
    String name = reference.path("name").asText();
    if (!name.isEmpty()) {
      JsonNode object = resource.get(namespace, name);
      if (object != null) {
        found.add(object);
      }
      return found;
    }
    LabelSelector selector = LabelSelectors.of(reference.path("selector"));
    for (JsonNode each : resource.list(namespace)) {
      if (selector.matches(LabelSelectors.labels(each.at("/metadata/labels")))) {
        found.add(each);
      }
    }
    return found;
  }
}
