package io.usher.apiserver.admission.match;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.LabelSelectors;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.Status;
import io.usher.rule.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Whether a webhook or a policy is about a write, and as which resource. */
public final class WriteMatcher {

  private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");

  private final Function<String, @Nullable ObjectNode> namespaces;
  private volatile ResourceRegistry types = new ResourceRegistry();

  /** Knows Namespaces by their names; null where there is none. */
  public WriteMatcher(Function<String, @Nullable ObjectNode> namespaces) {
    this.namespaces = namespaces;
  }

  /** Knows from now on which resources of a server have the same objects. */
  public void join(ResourceRegistry served) {
    types = served;
  }

  /** The Namespaces of a store. */
  public static Function<String, @Nullable ObjectNode> namespacesOf(ObjectStore store) {
    return name -> store.get(NAMESPACES, "", name);
  }

  /**
   * The resource as which one of these rules is about a write: the request's own before another
   * version of it, or a resource of another group with the same objects; null where none is.
   *
   * @param equivalent whether others than the request's own count
   */
  public @Nullable ApiResource resource(
      List<Rule> rules, boolean equivalent, AdmissionAttributes attributes) {
    ApiResource requested = attributes.resource();
    for (Rule rule : rules) {
      if (rule.matches(attributes, requested)) {
        return requested;
      }
    }
    if (!equivalent) {
      return null;
    }
    List<ApiResource> others = equivalents(requested.type());
    for (Rule rule : rules) {
      for (ApiResource other : others) {
        if (rule.matches(attributes, other)) {
          return other;
        }
      }
    }
    return null;
  }

  /** A resource, and those of other groups that have the same objects. */
  public List<GroupResource> resources(ResourceType type) {
    List<ResourceType> stored = types.storedAs(type.storage());
    return stored.size() < 2
        ? List.of(type.groupResource())
        : stored.stream().map(ResourceType::groupResource).toList();
  }

  private List<ApiResource> equivalents(ResourceType type) {
    List<ResourceType> stored = types.storedAs(type.storage());
    var all = new ArrayList<ApiResource>();
    for (ResourceType each : stored.isEmpty() ? List.of(type) : stored) {
      each.versions().forEach(version -> all.add(new ApiResource(each, version)));
    }
    return all;
  }

  /** Whether the object has such labels, or had them before the write. */
  public static boolean matchesObject(LabelSelector selector, AdmissionAttributes attributes) {
    return selector.requirements().isEmpty()
        || matches(selector, attributes.object())
        || matches(selector, attributes.oldObject());
  }

  private static boolean matches(LabelSelector selector, @Nullable ObjectNode object) {
    return object != null && selector.matches(LabelSelectors.labels(labels(object)));
  }

  private static JsonNode labels(JsonNode object) {
    return object.path("metadata").path("labels");
  }

  /**
   * Whether the object's Namespace has such labels; of a Namespace its own count, and what is in
   * none always matches.
   *
   * @throws ApiException 404 when the Namespace is not there
   */
  public boolean matchesNamespace(LabelSelector selector, AdmissionAttributes attributes) {
    boolean isNamespace = attributes.info().groupResource().equals(NAMESPACES);
    if (selector.requirements().isEmpty() || attributes.namespace().isEmpty() && !isNamespace) {
      return true;
    }
    ObjectNode namespace = attributes.object();
    if (!isNamespace
        || namespace == null
        || attributes.operation() == Operation.DELETE
        || !attributes.info().subresource().isEmpty()) {
      namespace = namespaces.apply(attributes.namespace());
    }
    if (namespace == null) {
      throw new ApiException(Status.notFound(NAMESPACES, attributes.namespace()));
    }
    return selector.matches(LabelSelectors.labels(labels(namespace)));
  }
}
