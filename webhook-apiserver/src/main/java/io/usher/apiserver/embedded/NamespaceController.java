package io.usher.apiserver.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ObjectStore.ObjectEvent;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.ResourceType;

/**
 * Gives each namespace its ServiceAccount {@code default} and ConfigMap {@code kube-root-ca.crt},
 * and empties one that is being deleted before it goes. For one thread.
 */
final class NamespaceController {

  private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");
  private static final GroupResource ACCOUNTS = new GroupResource("", "serviceaccounts");
  private static final GroupResource CONFIG_MAPS = new GroupResource("", "configmaps");
  private static final String ACCOUNT = "default";
  private static final String ROOT_CA = "kube-root-ca.crt";
  private static final int AGAIN_MILLIS = 200;
  private static final String FINALIZER = "kubernetes";

  private final ObjectStore objects;
  private final ResourceRegistry registry;
  private final String authority;
  private final Work work;

  /**
   * @param authority PEM of the CA that clients trust
   */
  NamespaceController(ObjectStore objects, ResourceRegistry registry, String authority, Work work) {
    this.objects = objects;
    this.registry = registry;
    this.authority = authority;
    this.work = work;
  }

  void changed(GroupResource resource, ObjectEvent event) {
    JsonNode metadata = event.object().path("metadata");
    String name = metadata.path("name").asText();
    if (resource.equals(NAMESPACES)) {
      work.now(() -> look(name));
    } else if (resource.equals(ACCOUNTS) && name.equals(ACCOUNT)
        || resource.equals(CONFIG_MAPS) && name.equals(ROOT_CA)) {
      if (event.type() != ObjectEvent.Type.ADDED) {
        work.now(() -> look(metadata.path("namespace").asText()));
      }
    }
  }

  private void look(String name) {
    ObjectNode namespace = objects.get(NAMESPACES, "", name);
    if (namespace == null) {
      return;
    }
    if (!namespace.path("metadata").hasNonNull("deletionTimestamp")) {
      furnish(name);
    } else if (empty(name)) {
      release(namespace);
    } else {
      work.after(AGAIN_MILLIS, () -> look(name));
    }
  }

  private void furnish(String namespace) {
    if (objects.get(ACCOUNTS, namespace, ACCOUNT) == null) {
      objects.create(ACCOUNTS, named(ACCOUNT, namespace));
    }
    ObjectNode map = objects.get(CONFIG_MAPS, namespace, ROOT_CA);
    ObjectNode data = JsonNodeFactory.instance.objectNode().put("ca.crt", authority);
    if (map == null) {
      ObjectNode made = named(ROOT_CA, namespace);
      made.set("data", data);
      objects.create(CONFIG_MAPS, described(made));
    } else if (!data.equals(map.path("data"))) {
      map.set("data", data);
      objects.update(CONFIG_MAPS, described(map));
    }
  }

  private static ObjectNode described(ObjectNode map) {
    map.withObject("/metadata/annotations")
        .put(
            "kubernetes.io/description",
            "Contains a CA bundle that can be used to verify the kube-apiserver when using"
                + " internal endpoints such as the internal service IP or"
                + " kubernetes.default.svc. No other usage is guaranteed across distributions of"
                + " Kubernetes clusters.");
    return map;
  }

  private static ObjectNode named(String name, String namespace) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.putObject("metadata").put("name", name).put("namespace", namespace);
    return object;
  }

  /** Deletes what is in a namespace; whether nothing is left. */
  private boolean empty(String namespace) {
    boolean empty = true;
    for (ResourceType type : registry.types()) {
      if (type.namespaced() && type.answering() == null) {
        for (ObjectNode object : objects.list(type.groupResource(), namespace)) {
          delete(type.groupResource(), namespace, object.at("/metadata/name").asText());
        }
        empty &= objects.list(type.groupResource(), namespace).isEmpty();
      }
    }
    return empty;
  }

  private void delete(GroupResource resource, String namespace, String name) {
    try {
      objects.delete(resource, namespace, name);
    } catch (ApiException e) {
      if (e.status().code() != 404) {
        throw e;
      }
    }
  }

  private void release(ObjectNode namespace) {
    ArrayNode kept = JsonNodeFactory.instance.arrayNode();
    for (JsonNode each : namespace.at("/spec/finalizers")) {
      if (!each.asText().equals(FINALIZER)) {
        kept.add(each);
      }
    }
    if (kept.size() < namespace.at("/spec/finalizers").size()) {
      namespace.withObject("/spec").set("finalizers", kept);
      objects.update(NAMESPACES, namespace);
    }
  }
}
