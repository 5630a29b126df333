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
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives each namespace its ServiceAccount {@code default} and ConfigMap {@code kube-root-ca.crt},
 * and empties one that is being deleted before it goes. For one thread.
 */
final class NamespaceController {

  private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");
  private static final GroupResource ACCOUNTS = new GroupResource("", "serviceaccounts");
  private static final GroupResource CONFIG_MAPS = new GroupResource("", "configmaps");
  private static final GroupResource PODS = new GroupResource("", "pods");
  private static final String ACCOUNT = "default";
  private static final String ROOT_CA = "kube-root-ca.crt";
  private static final String FINALIZER = "kubernetes";

  /** When a namespace that is not empty is looked at again; twice as long each time. */
  private static final int LEAST_MILLIS = 200;

  private static final int MOST_MILLIS = 10_000;

  private final ObjectStore objects;
  private final ResourceRegistry registry;
  private final String authority;
  private final Clock clock;
  private final Work work;

  /** The namespaces that wait for what is left in them. */
  private final Map<String, Wait> waiting = new HashMap<>();

  private static final class Wait {
    private Set<NamespaceContent.Key> left = Set.of();
    private int millis = LEAST_MILLIS;
    private boolean timed;
  }

  /**
   * @param authority PEM of the CA that clients trust
   */
  NamespaceController(
      ObjectStore objects, ResourceRegistry registry, String authority, Clock clock, Work work) {
    this.objects = objects;
    this.registry = registry;
    this.authority = authority;
    this.clock = clock;
    this.work = work;
  }

  void changed(GroupResource resource, ObjectEvent event) {
    JsonNode metadata = event.object().path("metadata");
    String name = metadata.path("name").asText();
    if (resource.equals(NAMESPACES)) {
      work.now(() -> look(name));
      return;
    }
    String namespace = metadata.path("namespace").asText();
    boolean furniture =
        resource.equals(ACCOUNTS) && name.equals(ACCOUNT)
            || resource.equals(CONFIG_MAPS) && name.equals(ROOT_CA);
    if (furniture && event.type() != ObjectEvent.Type.ADDED
        || event.type() == ObjectEvent.Type.DELETED
            && wasLast(namespace, new NamespaceContent.Key(resource, name))) {
      work.now(() -> look(namespace));
    }
  }

  /** Whether a namespace waited for this object and for no other. */
  private boolean wasLast(String namespace, NamespaceContent.Key key) {
    Wait wait = waiting.get(namespace);
    return wait != null && wait.left.remove(key) && wait.left.isEmpty();
  }

  private void look(String name) {
    ObjectNode namespace = objects.get(NAMESPACES, "", name);
    if (namespace != null
        && namespace.path("metadata").hasNonNull("deletionTimestamp")
        && !namespace.at("/spec/finalizers").isEmpty()) {
      empty(name, namespace);
    } else {
      waiting.remove(name);
      if (namespace != null && !namespace.path("metadata").hasNonNull("deletionTimestamp")) {
        furnish(name);
      }
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

  /** Deletes what is in a namespace, says what is left, and lets the namespace go without. */
  private void empty(String name, ObjectNode namespace) {
    var content = new NamespaceContent();
    // What a Pod may need stays until it is gone.
    ResourceType pods = registry.type(PODS);
    if (pods != null) {
      empty(pods, name, content);
    }
    if (content.isEmpty()) {
      for (ResourceType type : registry.types()) {
        if (type.namespaced() && type.answering() == null && type != pods) {
          empty(type, name, content);
        }
      }
    }
    ObjectNode changed = namespace.deepCopy();
    content.tell(changed, clock.instant());
    if (content.isEmpty()) {
      waiting.remove(name);
      removeFinalizer(changed);
    } else {
      waitFor(content, name);
    }
    if (!changed.equals(namespace)) {
      objects.update(NAMESPACES, changed);
    }
  }

  private void empty(ResourceType type, String namespace, NamespaceContent content) {
    GroupResource resource = type.groupResource();
    List<ObjectNode> present = objects.list(resource, namespace);
    if (present.isEmpty()) {
      return;
    }
    for (ObjectNode object : present) {
      try {
        objects.delete(resource, object, "Background");
      } catch (ApiException e) {
        // What is gone is not missed, and what has changed is left for the next time.
        if (e.status().code() != 404 && e.status().code() != 409) {
          content.failed(e.status().message());
        }
      }
    }
    objects.list(resource, namespace).forEach(each -> content.add(type, each));
  }

  private void waitFor(NamespaceContent content, String namespace) {
    Wait wait = waiting.computeIfAbsent(namespace, each -> new Wait());
    wait.left = content.keys();
    if (!wait.timed) {
      wait.timed = true;
      work.after(
          wait.millis,
          () -> {
            wait.timed = false;
            work.now(() -> look(namespace));
          });
      wait.millis = Math.min(MOST_MILLIS, 2 * wait.millis);
    }
  }

  private static void removeFinalizer(ObjectNode namespace) {
    ArrayNode kept = JsonNodeFactory.instance.arrayNode();
    for (JsonNode each : namespace.at("/spec/finalizers")) {
      if (!each.asText().equals(FINALIZER)) {
        kept.add(each);
      }
    }
    namespace.withObject("/spec").set("finalizers", kept);
  }
}
