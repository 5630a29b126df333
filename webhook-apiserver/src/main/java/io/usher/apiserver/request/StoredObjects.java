package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.storage.Change;
import io.usher.apiserver.storage.CompactedException;
import io.usher.apiserver.storage.Draft;
import io.usher.apiserver.storage.Snapshot;
import io.usher.apiserver.storage.Storage;
import io.usher.apiserver.storage.StoredObject;
import io.usher.apiserver.storage.StoredTree;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The server's objects for its own parts. */
public final class StoredObjects implements ObjectStore {

  private static final int MAX_TRIES = 64;

  private final Storage storage;
  private final ResourceRegistry registry;
  private final Removal removal;
  private final Executor executor;
  private final Clock clock;
  private final Random random;

  /**
   * @param executor runs the listeners of {@link #watch}
   */
  public StoredObjects(
      Storage storage, ResourceRegistry registry, Executor executor, Clock clock, Random random) {
    this.storage = storage;
    this.registry = registry;
    this.removal = new Removal(storage, clock);
    this.executor = executor;
    this.clock = clock;
    this.random = random;
  }

  private ResourceType type(GroupResource resource) {
    ResourceType type = registry.type(resource);
    if (type == null) {
      throw new ApiException(Status.noSuchResource());
    }
    return type;
  }

  @Override
  public @Nullable ObjectNode get(GroupResource resource, String namespace, String name) {
    ResourceType type = registry.type(resource);
    // What this process knows: as kube-apiserver's own parts read from informers.
    StoredObject stored =
        type == null
            ? null
            : storage.snapshot(type.storage()).objects().get(StoredObject.key(namespace, name));
    return stored == null ? null : new StoredTree(stored).tree();
  }

  @Override
  public List<ObjectNode> list(GroupResource resource, String namespace) {
    ResourceType type = registry.type(resource);
    if (type == null) {
      return List.of();
    }
    Snapshot snapshot = storage.snapshot(type.storage());
    NavigableMap<String, StoredObject> objects =
        namespace.isEmpty() ? snapshot.objects() : snapshot.inNamespace(namespace);
    var trees = new ArrayList<ObjectNode>(objects.size());
    objects.values().forEach(each -> trees.add(new StoredTree(each).tree()));
    return trees;
  }

  @Override
  public ObjectNode create(GroupResource resource, ObjectNode object) {
    ResourceType type = type(resource);
    ObjectNode created = object.deepCopy();
    created.put("apiVersion", type.storedKind().apiVersion()).put("kind", type.storedKind().kind());
    ObjectNode metadata = ObjectMeta.of(created);
    ObjectMeta.wipe(metadata);
    ObjectMeta.fill(metadata, clock, type.strategy().tracksGeneration());
    if (ObjectMeta.text(created, "name").isEmpty()) {
      ObjectMeta.generateName(metadata, random);
    }
    StoredObject stored = storage.put(type.storage(), key(created), 0, Draft.of(created));
    if (stored == null) {
      throw new ApiException(Status.alreadyExists(resource, ObjectMeta.text(created, "name")));
    }
    return new StoredTree(stored).tree();
  }

  private static String key(ObjectNode object) {
    return StoredObject.key(ObjectMeta.text(object, "namespace"), ObjectMeta.text(object, "name"));
  }

  @Override
  public ObjectNode update(GroupResource resource, ObjectNode object) {
    ResourceType type = type(resource);
    long seen = version(object);
    if (Removal.isDue(object, type)) {
      StoredObject deleted = storage.delete(type.storage(), key(object), seen);
      return new StoredTree(required(deleted, type, object)).tree();
    }
    StoredObject stored = storage.put(type.storage(), key(object), seen, Draft.of(object));
    return new StoredTree(required(stored, type, object)).tree();
  }

  private static long version(ObjectNode object) {
    return ListOptions.version(ObjectMeta.text(object, "resourceVersion"), false);
  }

  private StoredObject required(
      @Nullable StoredObject written, ResourceType type, ObjectNode object) {
    if (written != null) {
      return written;
    }
    throw storage.get(type.storage(), key(object)) == null
        ? new ApiException(Status.notFound(type.groupResource(), ObjectMeta.text(object, "name")))
        : conflict(type, object);
  }

  private static ApiException conflict(ResourceType type, ObjectNode object) {
    return new ApiException(
        Status.conflict(
            type.groupResource(), ObjectMeta.text(object, "name"), "the object has been modified"));
  }

  @Override
  public void delete(GroupResource resource, String namespace, String name) {
    ResourceType type = type(resource);
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      StoredObject stored = storage.get(type.storage(), StoredObject.key(namespace, name));
      if (stored == null) {
        throw new ApiException(Status.notFound(resource, name));
      }
      if (removal.remove(stored, type, DeleteOptions.NONE) != null) {
        return;
      }
    }
    throw new ApiException(
        Status.conflict(resource, name, "the object changes faster than it can be deleted"));
  }

  @Override
  public void delete(GroupResource resource, ObjectNode object, String propagation) {
    ResourceType type = type(resource);
    StoredObject stored = storage.get(type.storage(), key(object));
    if (stored == null) {
      throw new ApiException(Status.notFound(resource, ObjectMeta.text(object, "name")));
    }
    boolean same = stored.version() == version(object);
    if (!same || removal.remove(stored, type, DeleteOptions.propagating(propagation)) == null) {
      throw conflict(type, object);
    }
  }

  @Override
  public AutoCloseable watch(GroupResource resource, Consumer<ObjectEvent> listener) {
    var watch = new Watch(type(resource).storage(), listener);
    Runnable end = storage.onChange(watch.resource, watch::changed);
    watch.tell();
    return () -> {
      watch.ended = true;
      end.run();
    };
  }

  /** A listener and what it has been told. */
  private final class Watch {
    private final GroupResource resource;
    private final Consumer<ObjectEvent> listener;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Map<String, StoredObject> known = new HashMap<>();
    private long told = -1;
    private volatile boolean ended;

    Watch(GroupResource resource, Consumer<ObjectEvent> listener) {
      this.resource = resource;
      this.listener = listener;
    }

    void changed() {
      if (scheduled.compareAndSet(false, true)) {
        executor.execute(this::tell);
      }
    }

    private void tell() {
      scheduled.set(false);
      synchronized (this) {
        if (!ended) {
          try {
            tellChanges();
          } catch (CompactedException e) {
            tellDifferences();
          }
        }
      }
    }

    private void tellChanges() {
      if (told < 0) {
        tellDifferences();
        return;
      }
      for (Change change : storage.changesAfter(resource, told)) {
        told = change.version();
        if (change.isDeletion()) {
          tell(ObjectEvent.Type.DELETED, known.remove(change.object().key()));
        } else {
          now(change.object());
        }
      }
    }

    /** Goes on from a snapshot: at the beginning, and when the history is shorter than the gap. */
    private void tellDifferences() {
      Snapshot snapshot = storage.snapshot(resource);
      var gone = new ArrayList<>(known.keySet());
      gone.removeAll(snapshot.objects().keySet());
      gone.forEach(key -> tell(ObjectEvent.Type.DELETED, known.remove(key)));
      for (StoredObject object : snapshot.objects().values()) {
        StoredObject before = known.get(object.key());
        if (before == null || before.version() != object.version()) {
          now(object);
        }
      }
      told = snapshot.version();
    }

    private void now(StoredObject object) {
      boolean isNew = known.put(object.key(), object) == null;
      tell(isNew ? ObjectEvent.Type.ADDED : ObjectEvent.Type.MODIFIED, object);
    }

    private void tell(ObjectEvent.Type type, @Nullable StoredObject object) {
      if (object != null) {
        listener.accept(new ObjectEvent(type, new StoredTree(object).tree()));
      }
    }
  }
}
