package io.usher.apiserver.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ObjectStore.ObjectEvent;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.ResourceType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Deletes objects whose owners are all gone, and does what the finalizers {@code
 * foregroundDeletion} and {@code orphan} ask for. For one thread.
 */
final class GarbageCollector {

  private static final String FOREGROUND = "foregroundDeletion";
  private static final String ORPHAN = "orphan";

  private final ObjectStore objects;
  private final ResourceRegistry registry;
  private final Consumer<Runnable> again;

  /** What names an owner, by the owner's uid. */
  private final Map<String, Set<Key>> dependents = new HashMap<>();

  /** Where an object is. */
  private record Key(GroupResource resource, String namespace, String name) {}

  /**
   * @param again has something done in a while
   */
  GarbageCollector(ObjectStore objects, ResourceRegistry registry, Consumer<Runnable> again) {
    this.objects = objects;
    this.registry = registry;
    this.again = again;
  }

  void changed(GroupResource resource, ObjectEvent event) {
    JsonNode metadata = event.object().path("metadata");
    var key = new Key(resource, text(metadata, "namespace"), text(metadata, "name"));
    JsonNode owners = metadata.path("ownerReferences");
    if (event.type() == ObjectEvent.Type.DELETED) {
      owners.forEach(owner -> dependentsOf(text(owner, "uid")).remove(key));
      Set<Key> orphaned = dependents.remove(text(metadata, "uid"));
      if (orphaned != null) {
        orphaned.forEach(this::collect);
      }
      owners.forEach(owner -> lookAt(owner, key.namespace()));
      return;
    }
    if (!owners.isEmpty()) {
      owners.forEach(owner -> dependentsOf(text(owner, "uid")).add(key));
      collect(key);
    }
    // An earlier change than the deletion tells nothing of it: dependents may not be known yet.
    if (metadata.hasNonNull("deletionTimestamp")) {
      finish(key);
    }
  }

  private Set<Key> dependentsOf(String uid) {
    return dependents.computeIfAbsent(uid, each -> new LinkedHashSet<>());
  }

  private static String text(JsonNode json, String field) {
    return json.path(field).asText();
  }

  private @Nullable ObjectNode get(Key key) {
    return objects.get(key.resource(), key.namespace(), key.name());
  }

  /** An owner's foreground deletion may go on, as a dependent is gone. */
  private void lookAt(JsonNode reference, String namespace) {
    Key owner = key(reference, namespace);
    if (owner != null) {
      finish(owner);
    }
  }

  /** Where an owner would be; null when its kind is not served. */
  private @Nullable Key key(JsonNode reference, String namespace) {
    var kind = GroupVersionKind.of(text(reference, "apiVersion"), text(reference, "kind"));
    ResourceType type = registry.ofKind(kind.group(), kind.kind());
    return type == null
        ? null
        : new Key(
            type.groupResource(), type.namespaced() ? namespace : "", text(reference, "name"));
  }

  /** Deletes an object whose owners are gone; drops the references to those that are. */
  private void collect(Key key) {
    ObjectNode object = get(key);
    if (object == null || object.at("/metadata/ownerReferences").isEmpty()) {
      return;
    }
    ArrayNode present = JsonNodeFactory.instance.arrayNode();
    JsonNode owners = object.at("/metadata/ownerReferences");
    for (JsonNode owner : owners) {
      if (isThere(owner, key.namespace())) {
        present.add(owner);
      }
    }
    if (present.isEmpty()) {
      delete(key);
    } else if (present.size() < owners.size()) {
      object.withObject("/metadata").set("ownerReferences", present);
      update(key, object);
    }
  }

  /** Of a kind that is not served nobody knows: kube-controller-manager waits, too. */
  private boolean isThere(JsonNode reference, String namespace) {
    Key key = key(reference, namespace);
    if (key == null) {
      return true;
    }
    ObjectNode owner = get(key);
    return owner != null && owner.at("/metadata/uid").asText().equals(text(reference, "uid"));
  }

  /** Does what the finalizers of an object that is being deleted ask for. */
  private void finish(Key key) {
    ObjectNode object = get(key);
    if (object == null || !object.path("metadata").hasNonNull("deletionTimestamp")) {
      return;
    }
    String uid = object.at("/metadata/uid").asText();
    if (has(object, ORPHAN)) {
      present(uid).forEach(each -> disown(each, uid));
      dependents.remove(uid);
      release(key, object, ORPHAN);
    } else if (has(object, FOREGROUND)) {
      boolean blocked = false;
      for (Key each : present(uid)) {
        delete(each);
        blocked |= blocks(each, uid);
      }
      if (!blocked) {
        release(key, object, FOREGROUND);
      }
    }
  }

  /**
   * The dependents that there are now. What has been told of them may be behind: of one type what
   * was told is older than what the store knows, and of two types one may be told of first.
   */
  private List<Key> present(String owner) {
    var present = new ArrayList<Key>();
    for (ResourceType type : registry.types()) {
      if (type.answering() == null && type.storage().equals(type.groupResource())) {
        for (ObjectNode object : objects.list(type.groupResource(), "")) {
          JsonNode metadata = object.path("metadata");
          for (JsonNode each : metadata.path("ownerReferences")) {
            if (text(each, "uid").equals(owner)) {
              present.add(
                  new Key(
                      type.groupResource(), text(metadata, "namespace"), text(metadata, "name")));
            }
          }
        }
      }
    }
    return present;
  }

  private static boolean has(ObjectNode object, String finalizer) {
    for (JsonNode each : object.at("/metadata/finalizers")) {
      if (each.asText().equals(finalizer)) {
        return true;
      }
    }
    return false;
  }

  private boolean blocks(Key key, String owner) {
    ObjectNode object = get(key);
    if (object != null) {
      for (JsonNode each : object.at("/metadata/ownerReferences")) {
        if (text(each, "uid").equals(owner) && each.path("blockOwnerDeletion").asBoolean()) {
          return true;
        }
      }
    }
    return false;
  }

  private void disown(Key key, String owner) {
    ObjectNode object = get(key);
    if (object == null) {
      return;
    }
    var kept = new ArrayList<JsonNode>();
    for (JsonNode each : object.at("/metadata/ownerReferences")) {
      if (!text(each, "uid").equals(owner)) {
        kept.add(each);
      }
    }
    setOrRemove(object, "ownerReferences", kept);
    objects.update(key.resource(), object);
  }

  private void release(Key key, ObjectNode object, String finalizer) {
    var kept = new ArrayList<JsonNode>();
    for (JsonNode each : object.at("/metadata/finalizers")) {
      if (!each.asText().equals(finalizer)) {
        kept.add(each);
      }
    }
    setOrRemove(object, "finalizers", kept);
    update(key, object);
  }

  private static void setOrRemove(ObjectNode object, String field, List<JsonNode> values) {
    ObjectNode metadata = (ObjectNode) object.path("metadata");
    if (values.isEmpty()) {
      metadata.remove(field);
    } else {
      metadata.putArray(field).addAll(values);
    }
  }

  private void update(Key key, ObjectNode object) {
    try {
      objects.update(key.resource(), object);
    } catch (ApiException e) {
      if (e.status().code() == 409) {
        again.accept(
            () -> {
              collect(key);
              finish(key);
            });
      }
    }
  }

  private void delete(Key key) {
    try {
      objects.delete(key.resource(), key.namespace(), key.name());
    } catch (ApiException e) {
      if (e.status().code() != 404) {
        throw e;
      }
    }
  }
}
