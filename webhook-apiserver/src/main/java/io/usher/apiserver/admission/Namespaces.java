package io.usher.apiserver.admission;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.Status;
import org.jspecify.annotations.Nullable;

/** The store's Namespaces, as the plugins about them need them. */
final class Namespaces {

  private static final GroupResource RESOURCE = new GroupResource("", "namespaces");
  private static final int CONFLICT = 409;

  private final ObjectStore store;

  Namespaces(ObjectStore store) {
    this.store = store;
  }

  static boolean isNamespace(AdmissionAttributes attributes) {
    return attributes.info().groupResource().equals(RESOURCE);
  }

  /** Whether the request is about an object in a namespace; a Namespace is in none. */
  static boolean isInNamespace(AdmissionAttributes attributes) {
    return !attributes.namespace().isEmpty() && !isNamespace(attributes);
  }

  @Nullable ObjectNode find(String name) {
    return store.get(RESOURCE, "", name);
  }

  /**
   * The Namespace of the request.
   *
   * @throws ApiException 404 when there is none
   */
  ObjectNode of(AdmissionAttributes attributes) {
    ObjectNode namespace = find(attributes.namespace());
    if (namespace == null) {
      throw new ApiException(Status.notFound(RESOURCE, attributes.namespace()));
    }
    return namespace;
  }

  /** Creates it; another request may do so at the same time. */
  void provide(String name) {
    ObjectNode namespace = JsonNodeFactory.instance.objectNode();
    namespace.put("apiVersion", "v1").put("kind", "Namespace");
    namespace.putObject("metadata").put("name", name);
    namespace.putObject("spec").putArray("finalizers").add("kubernetes");
    namespace.putObject("status").put("phase", "Active");
    try {
      store.create(RESOURCE, namespace);
    } catch (ApiException e) {
      if (e.status().code() != CONFLICT) {
        throw e;
      }
    }
  }
}
