package io.usher.apiserver.api;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The types that the server serves. They may come and go at any time: a request sees them all as
 * they are at one moment. Thread-safe.
 */
public final class ResourceRegistry {

  private volatile Map<GroupResource, ResourceType> types = Map.of();
  private volatile Map<GroupResource, List<ResourceType>> byStorage = Map.of();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  /** Serves a type from now on, in the place of one of the same group and plural. */
  public void register(ResourceType type) {
    change(next -> next.put(type.groupResource(), type));
  }

  /** Serves a type no longer. Its objects stay in storage. */
  public void unregister(GroupResource resource) {
    change(next -> next.remove(resource));
  }

  private void change(Consumer<LinkedHashMap<GroupResource, ResourceType>> edit) {
    synchronized (this) {
      var next = new LinkedHashMap<>(types);
      edit.accept(next);
      types = next;
      byStorage = next.values().stream().collect(Collectors.groupingBy(ResourceType::storage));
    }
    listeners.forEach(Runnable::run);
  }

  /** Has an action run after each change, on the thread that makes it. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** All types, in the order in which they came. */
  public Collection<ResourceType> types() {
    return types.values();
  }

  /** The type of this group and plural, or null. */
  public @Nullable ResourceType type(GroupResource resource) {
    return types.get(resource);
  }

  /** The types whose objects are stored as these: those of one group and of another. */
  public List<ResourceType> storedAs(GroupResource storage) {
    return byStorage.getOrDefault(storage, List.of());
  }

  /** The resource in this version, or null where there is none. */
  public @Nullable ApiResource resource(String group, String version, String plural) {
    ResourceType type = types.get(new GroupResource(group, plural));
    if (type == null) {
      return null;
    }
    ServedVersion served = type.version(version);
    return served == null ? null : new ApiResource(type, served);
  }

  /** The type of this group and kind, or null. */
  public @Nullable ResourceType ofKind(String group, String kind) {
    for (ResourceType type : types.values()) {
      if (type.group().equals(group) && type.kind().equals(kind)) {
        return type;
      }
    }
    return null;
  }
}
