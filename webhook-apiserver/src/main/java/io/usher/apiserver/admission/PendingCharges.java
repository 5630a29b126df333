package io.usher.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What quotas were charged for objects that are not stored yet: whoever counts objects counts these
 * as well. As nobody tells of a write that fails, a charge is given back after a while.
 * Thread-safe.
 */
final class PendingCharges {

  /** Longer than a write takes between its admission and its end. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ObjectStore store;
  private final Clock clock;
  private final List<Charge> charges = new ArrayList<>();

  private record Charge(
      GroupResource resource,
      String namespace,
      String name,
      String uid,
      String quota,
      Map<String, String> usage,
      Instant at) {}

  PendingCharges(ObjectStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  synchronized void add(
      GroupResource resource, JsonNode object, JsonNode quota, Map<String, String> usage) {
    JsonNode metadata = object.path("metadata");
    charges.add(
        new Charge(
            resource,
            metadata.path("namespace").asText(),
            metadata.path("name").asText(),
            metadata.path("uid").asText(),
            identity(quota),
            usage,
            clock.instant()));
  }

  /** The object is stored, or was: it may be gone before anybody counts it. */
  synchronized void stored(GroupResource resource, JsonNode object) {
    JsonNode metadata = object.path("metadata");
    charges.removeIf(
        charge ->
            charge.resource.equals(resource)
                && charge.namespace.equals(metadata.path("namespace").asText())
                && charge.name.equals(metadata.path("name").asText())
                && charge.uid.equals(metadata.path("uid").asText()));
  }

  /** One that comes after a quota of the same name was charged nothing. */
  private static String identity(JsonNode quota) {
    JsonNode metadata = quota.path("metadata");
    return String.join(
        "/",
        metadata.path("namespace").asText(),
        metadata.path("name").asText(),
        metadata.path("uid").asText());
  }

  /** Adds to what is used of a quota. */
  synchronized void addTo(Map<String, String> used, JsonNode quota) {
    charges.removeIf(this::isOver);
    String identity = identity(quota);
    for (Charge charge : charges) {
      if (charge.quota.equals(identity)) {
        ResourceList.add(used, charge.usage);
      }
    }
  }

  private boolean isOver(Charge charge) {
    return charge.at.plus(PATIENCE).isBefore(clock.instant())
        || store.get(charge.resource, charge.namespace, charge.name) != null;
  }
}
