package io.usher.apiserver.admission.match;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.LabelSelectors;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.api.Status;
import io.usher.rule.LabelSelector;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Whether a webhook or a policy is about a write, and in which version. */
public final class WriteMatcher {

  private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");

  private final Function<String, @Nullable ObjectNode> namespaces;

  /** Knows Namespaces by their names; null where there is none. */
  public WriteMatcher(Function<String, @Nullable ObjectNode> namespaces) {
    this.namespaces = namespaces;
  }

  /** The Namespaces of a store. */
  public static Function<String, @Nullable ObjectNode> namespacesOf(ObjectStore store) {
    return name -> store.get(NAMESPACES, "", name);
  }

  /**
   * The version in which one of these rules is about a write: the request's own before another one
   * of the same resource; null where none is.
   *
   * @param equivalent whether other versions count
   */
  public static @Nullable ServedVersion version(
      List<Rule> rules, boolean equivalent, AdmissionAttributes attributes) {
    ServedVersion requested = attributes.resource().version();
    for (Rule rule : rules) {
      if (rule.matches(attributes, requested.name())) {
        return requested;
      }
    }
    if (!equivalent) {
      return null;
    }
    for (Rule rule : rules) {
      for (ServedVersion version : attributes.resource().type().versions()) {
        if (rule.matches(attributes, version.name())) {
          return version;
        }
      }
    }
    return null;
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
