package io.usher.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Objects in a map, for tests of what reads and writes objects but is not about storing them. */
public final class MapObjectStore implements ObjectStore {

  private final NavigableMap<String, ObjectNode> objects = new TreeMap<>();
  private final List<Watch> watches = new ArrayList<>();
  private long version;
  private Runnable beforeUpdate = () -> {};

  private record Watch(GroupResource resource, Consumer<ObjectEvent> listener) {}

  private static String key(GroupResource resource, String namespace, String name) {
    return resource + "|" + namespace + "|" + name;
  }

  private static String key(GroupResource resource, ObjectNode object) {
    JsonNode metadata = object.path("metadata");
    return key(resource, metadata.path("namespace").asText(), metadata.path("name").asText());
  }

  @Override
  public @Nullable ObjectNode get(GroupResource resource, String namespace, String name) {
    ObjectNode object = objects.get(key(resource, namespace, name));
    return object == null ? null : object.deepCopy();
  }

  @Override
  public List<ObjectNode> list(GroupResource resource, String namespace) {
    return objects.entrySet().stream()
        .filter(
            each ->
                each.getKey()
                    .startsWith(resource + "|" + (namespace.isEmpty() ? "" : namespace + "|")))
        .map(each -> each.getValue().deepCopy())
        .toList();
  }

  @Override
  public ObjectNode create(GroupResource resource, ObjectNode object) {
    if (objects.containsKey(key(resource, object))) {
      throw new ApiException(Status.alreadyExists(resource, object.at("/metadata/name").asText()));
    }
    return put(resource, object, ObjectEvent.Type.ADDED);
  }

  /** Has something done before the next update, which has read its object already. */
  public void beforeUpdate(Runnable step) {
    beforeUpdate = step;
  }

  @Override
  public ObjectNode update(GroupResource resource, ObjectNode object) {
    Runnable before = beforeUpdate;
    beforeUpdate = () -> {};
    before.run();
    ObjectNode old = objects.get(key(resource, object));
    String name = object.at("/metadata/name").asText();
    if (old == null) {
      throw new ApiException(Status.notFound(resource, name));
    }
    if (!old.at("/metadata/resourceVersion").equals(object.at("/metadata/resourceVersion"))) {
      throw new ApiException(Status.conflict(resource, name, "changed"));
    }
    return put(resource, object, ObjectEvent.Type.MODIFIED);
  }

  private ObjectNode put(GroupResource resource, ObjectNode object, ObjectEvent.Type type) {
    ObjectNode stored = object.deepCopy();
    version++;
    stored.withObject("/metadata").put("resourceVersion", Long.toString(version));
    objects.put(key(resource, stored), stored);
    tell(resource, new ObjectEvent(type, stored.deepCopy()));
    return stored.deepCopy();
  }

  @Override
  public void delete(GroupResource resource, String namespace, String name) {
    ObjectNode old = objects.remove(key(resource, namespace, name));
    if (old == null) {
      throw new ApiException(Status.notFound(resource, name));
    }
    tell(resource, new ObjectEvent(ObjectEvent.Type.DELETED, old));
  }

  @Override
  public void delete(GroupResource resource, ObjectNode object, String propagation) {
    JsonNode metadata = object.path("metadata");
    ObjectNode old = objects.get(key(resource, object));
    if (old != null
        && !old.at("/metadata/resourceVersion").equals(metadata.path("resourceVersion"))) {
      throw new ApiException(Status.conflict(resource, metadata.path("name").asText(), "changed"));
    }
    delete(resource, metadata.path("namespace").asText(), metadata.path("name").asText());
  }

  private void tell(GroupResource resource, ObjectEvent event) {
    for (Watch watch : watches) {
      if (watch.resource.equals(resource)) {
        watch.listener.accept(event);
      }
    }
  }

  @Override
  public AutoCloseable watch(GroupResource resource, Consumer<ObjectEvent> listener) {
    list(resource, "")
        .forEach(object -> listener.accept(new ObjectEvent(ObjectEvent.Type.ADDED, object)));
    var watch = new Watch(resource, listener);
    watches.add(watch);
    return () -> watches.remove(watch);
  }
}
