package io.usher.apiserver.embedded;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.storage.Draft;
import io.usher.apiserver.storage.EventType;
import io.usher.apiserver.storage.ObjectSource;
import io.usher.apiserver.storage.Snapshot;
import io.usher.apiserver.storage.StoredObject;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** The parts of this server, and whether they are well at the moment when somebody asks. */
final class ComponentStatuses implements ObjectSource {

  static final GroupResource RESOURCE = new GroupResource("", "componentstatuses");

  private final Map<String, BooleanSupplier> parts;

  /**
   * @param parts whether a part is well, by its name
   */
  ComponentStatuses(Map<String, BooleanSupplier> parts) {
    this.parts = Map.copyOf(parts);
  }

  @Override
  public CompletionStage<Gathered> gather() {
    NavigableMap<String, StoredObject> statuses = new TreeMap<>();
    parts.forEach((name, well) -> statuses.put(name, status(name, well.getAsBoolean())));
    return CompletableFuture.completedFuture(new Gathered(new Snapshot(0, statuses), 0, List.of()));
  }

  private static StoredObject status(String name, boolean well) {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.put("kind", "ComponentStatus").put("apiVersion", "v1");
    status.putObject("metadata").put("name", name);
    ObjectNode condition = status.putArray("conditions").addObject();
    condition.put("type", "Healthy").put("status", well ? "True" : "False");
    condition.put("message", well ? "ok" : "").put("error", well ? "" : "it is not well");
    return StoredObject.of(name, 0, Draft.of(status), EventType.ADDED);
  }

  /** Nobody watches them: the type has no such verb. */
  @Override
  public Runnable follow(Gathered gathered, Follower follower) {
    return () -> {};
  }
}
