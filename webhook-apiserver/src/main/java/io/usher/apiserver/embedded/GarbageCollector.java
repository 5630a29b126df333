package io.usher.apiserver.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
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
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Deletes objects that no owner holds any more, and does what the finalizers {@code
 * foregroundDeletion} and {@code orphan} ask for. For one thread.
 */
final class GarbageCollector {

  private static final String FOREGROUND = "foregroundDeletion";
  private static final String ORPHAN = "orphan";

  private final ObjectStore objects;
  private final ResourceRegistry registry;
  private final Work work;

  /** The owners that an object names, as it was told last. */
  private final Map<Key, JsonNode> owners = new HashMap<>();

  /** What may name an owner, by the owner's uid. */
  private final Map<String, Set<Key>> dependents = new HashMap<>();

  /** The uids of what is being deleted in the foreground, once its dependents are known. */
  private final Set<String> finishing = new HashSet<>();

  /** Where owners were that are gone, by their uids, while something names them. */
  private final Map<String, String> namespacesOfGone = new HashMap<>();

  /** Where an object is. */
  private record Key(GroupResource resource, String namespace, String name) {}

  /** How an owner stands to what names it. */
  private enum Owner {
    HOLDS,
    WAITS,
    GONE,
    /** Of a kind that is not served, or in no namespace that could be told. */
    UNKNOWN
  }

  GarbageCollector(ObjectStore objects, ResourceRegistry registry, Work work) {
    this.objects = objects;
    this.registry = registry;
    this.work = work;
  }

  void changed(GroupResource resource, ObjectEvent event) {
    ObjectNode object = event.object();
    Key key = key(resource, object);
    boolean gone = event.type() == ObjectEvent.Type.DELETED;
    JsonNode before = index(key, gone ? MissingNode.getInstance() : owners(object));
    if (gone) {
      finishing.remove(uid(object));
      Set<Key> orphaned = dependentsOf(uid(object));
      if (!orphaned.isEmpty()) {
        namespacesOfGone.put(uid(object), key.namespace());
      }
      orphaned.forEach(each -> work.now(() -> collect(each)));
    } else {
      if (!owners(object).isEmpty()) {
        work.now(() -> collect(key));
      }
      if (isBeingDeleted(object)) {
        work.now(() -> finish(key));
      }
    }
    for (JsonNode reference : before) {
      Key owner = key(reference, key.namespace());
      if (owner != null) {
        work.now(() -> release(owner));
      }
    }
  }

  /** Notes which owners an object names; the ones before, if it named others. */
  private JsonNode index(Key key, JsonNode now) {
    JsonNode before = now.isEmpty() ? owners.remove(key) : owners.put(key, now);
    if (before == null || before.equals(now)) {
      before = MissingNode.getInstance();
    }
    for (JsonNode each : before) {
      String uid = text(each, "uid");
      Set<Key> rest = dependents.get(uid);
      if (rest != null && rest.remove(key) && rest.isEmpty()) {
        dependents.remove(uid);
        namespacesOfGone.remove(uid);
      }
    }
    addDependent(key, now);
    return before;
  }

  private void addDependent(Key key, JsonNode references) {
    for (JsonNode each : references) {
      dependents.computeIfAbsent(text(each, "uid"), uid -> new LinkedHashSet<>()).add(key);
    }
  }

  /** A copy. */
  private Set<Key> dependentsOf(String uid) {
    return new LinkedHashSet<>(dependents.getOrDefault(uid, Set.of()));
  }

  private static Key key(GroupResource resource, JsonNode object) {
    JsonNode metadata = object.path("metadata");
    return new Key(resource, text(metadata, "namespace"), text(metadata, "name"));
  }

  /** Where an owner would be; null when its kind is not served, or has to be in a namespace. */
  private @Nullable Key key(JsonNode reference, String namespace) {
    var kind = GroupVersionKind.of(text(reference, "apiVersion"), text(reference, "kind"));
    ResourceType type = registry.ofKind(kind.group(), kind.kind());
    return type == null || type.namespaced() && namespace.isEmpty()
        ? null
        : new Key(
            type.groupResource(), type.namespaced() ? namespace : "", text(reference, "name"));
  }

  private static String text(JsonNode json, String field) {
    return json.path(field).asText();
  }

  private static String uid(ObjectNode object) {
    return object.at("/metadata/uid").asText();
  }

  private static JsonNode owners(ObjectNode object) {
    return object.at("/metadata/ownerReferences");
  }

  private static boolean isBeingDeleted(ObjectNode object) {
    return object.path("metadata").hasNonNull("deletionTimestamp");
  }

  private static boolean has(ObjectNode object, String finalizer) {
    for (JsonNode each : object.at("/metadata/finalizers")) {
      if (each.asText().equals(finalizer)) {
        return true;
      }
    }
    return false;
  }

  /** Whether an object goes when its dependents are gone. */
  private static boolean waits(ObjectNode object) {
    return isBeingDeleted(object) && has(object, FOREGROUND);
  }

  private @Nullable ObjectNode get(Key key) {
    return objects.get(key.resource(), key.namespace(), key.name());
  }

  private Owner owner(JsonNode reference, String namespace) {
    String uid = text(reference, "uid");
    Key key = key(reference, namespace);
    if (key == null) {
      String was = namespacesOfGone.get(uid);
      return was != null && (was.isEmpty() || was.equals(namespace)) ? Owner.GONE : Owner.UNKNOWN;
    }
    ObjectNode owner = get(key);
    if (owner == null || !uid(owner).equals(uid)) {
      return Owner.GONE;
    }
    return waits(owner) ? Owner.WAITS : Owner.HOLDS;
  }

  /** Deletes an object that no owner holds; else drops the references to those that do not. */
  private void collect(Key key) {
    ObjectNode object = get(key);
    if (object == null || isBeingDeleted(object) || owners(object).isEmpty()) {
      return;
    }
    var holding = new ArrayList<JsonNode>();
    boolean waited = false;
    for (JsonNode each : owners(object)) {
      switch (owner(each, key.namespace())) {
        case HOLDS -> holding.add(each);
        case WAITS -> {
          if (!finishing.contains(text(each, "uid"))) {
            // It is told of later, and then this object is looked at again.
            return;
          }
          waited = true;
        }
        case UNKNOWN -> {
          return;
        }
        case GONE -> {
          // Nobody misses the reference.
        }
      }
    }
    if (!holding.isEmpty()) {
      if (holding.size() < owners(object).size()) {
        set(object, "ownerReferences", holding);
        update(key, object);
      }
      return;
    }
    List<ObjectNode> own = waited ? present(uid(object)) : List.of();
    if (!own.isEmpty()) {
      deleteInForeground(key, object, own.stream().anyMatch(GarbageCollector::waits));
    } else if (has(object, ORPHAN)) {
      delete(key, object, "Orphan");
    } else {
      delete(key, object, has(object, FOREGROUND) ? "Foreground" : "Background");
    }
  }

  /**
   * Has the owners wait for the object, and the object for its dependents.
   *
   * @param circle whether the owners may be among these: then they do not wait
   */
  private void deleteInForeground(Key key, ObjectNode object, boolean circle) {
    ObjectNode deleted = object;
    if (circle) {
      owners(object).forEach(each -> ((ObjectNode) each).put("blockOwnerDeletion", false));
      deleted = objects.update(key.resource(), object);
    }
    delete(key, deleted, "Foreground");
  }

  /** Those of the dependents known that are there. */
  private List<ObjectNode> present(String owner) {
    var present = new ArrayList<ObjectNode>();
    for (Key each : dependentsOf(owner)) {
      ObjectNode object = get(each);
      if (object != null && names(object, reference -> text(reference, "uid").equals(owner))) {
        present.add(object);
      }
    }
    return present;
  }

  private static boolean names(ObjectNode object, Predicate<JsonNode> reference) {
    for (JsonNode each : owners(object)) {
      if (reference.test(each)) {
        return true;
      }
    }
    return false;
  }

  /** Does what the finalizers of an object that is being deleted ask for. */
  private void finish(Key key) {
    ObjectNode object = get(key);
    if (object == null || !isBeingDeleted(object)) {
      return;
    }
    String uid = uid(object);
    if (has(object, ORPHAN)) {
      findDependents(key.namespace());
      dependentsOf(uid).forEach(each -> disown(each, uid));
      removeFinalizer(key, object, ORPHAN);
    } else if (has(object, FOREGROUND)) {
      if (finishing.add(uid)) {
        findDependents(key.namespace());
      }
      dependentsOf(uid).forEach(each -> work.now(() -> collect(each)));
      release(key);
    }
  }

  /**
   * Notes the dependents that nobody has told of yet: of two types, one is told of first.
   *
   * @param namespace empty for all
   */
  private void findDependents(String namespace) {
    for (ResourceType type : registry.types()) {
      boolean stored = type.answering() == null && type.storage().equals(type.groupResource());
      if (stored && (type.namespaced() || namespace.isEmpty())) {
        for (ObjectNode object : objects.list(type.groupResource(), namespace)) {
          addDependent(key(type.groupResource(), object), owners(object));
        }
      }
    }
  }

  /** Ends a deletion in the foreground that waits for no dependent any more. */
  private void release(Key key) {
    ObjectNode object = get(key);
    if (object != null
        && waits(object)
        && finishing.contains(uid(object))
        && dependentsOf(uid(object)).stream().noneMatch(each -> blocks(each, key, uid(object)))) {
      removeFinalizer(key, object, FOREGROUND);
    }
  }

  private boolean blocks(Key key, Key owner, String uid) {
    ObjectNode object = get(key);
    return object != null
        && names(
            object,
            each ->
                text(each, "uid").equals(uid)
                    && each.path("blockOwnerDeletion").asBoolean()
                    && owner.equals(key(each, key.namespace())));
  }

  private void disown(Key key, String owner) {
    ObjectNode object = get(key);
    if (object != null) {
      var kept = new ArrayList<JsonNode>();
      for (JsonNode each : owners(object)) {
        if (!text(each, "uid").equals(owner)) {
          kept.add(each);
        }
      }
      if (kept.size() < owners(object).size()) {
        set(object, "ownerReferences", kept);
        update(key, object);
      }
    }
  }

  private void removeFinalizer(Key key, ObjectNode object, String finalizer) {
    var kept = new ArrayList<JsonNode>();
    for (JsonNode each : object.at("/metadata/finalizers")) {
      if (!each.asText().equals(finalizer)) {
        kept.add(each);
      }
    }
    set(object, "finalizers", kept);
    update(key, object);
  }

  private static void set(ObjectNode object, String field, List<JsonNode> values) {
    ObjectNode metadata = (ObjectNode) object.path("metadata");
    if (values.isEmpty()) {
      metadata.remove(field);
    } else {
      metadata.putArray(field).addAll(values);
    }
  }

  private void update(Key key, ObjectNode object) {
    unlessGone(() -> objects.update(key.resource(), object));
  }

  private void delete(Key key, ObjectNode object, String propagation) {
    unlessGone(() -> objects.delete(key.resource(), object, propagation));
  }

  private static void unlessGone(Runnable write) {
    try {
      write.run();
    } catch (ApiException e) {
      if (e.status().code() != 404) {
        throw e;
      }
    }
  }
}
