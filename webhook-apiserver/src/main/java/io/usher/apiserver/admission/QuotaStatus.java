package io.usher.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ResourceRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the status of ResourceQuotas, which Kubernetes leaves to a controller: counts a namespace's
 * objects again when some of them come, change or go, or when a quota's spec changes.
 */
final class QuotaStatus implements AutoCloseable {

  static final GroupResource QUOTAS = new GroupResource("", "resourcequotas");

  private static final Logger LOG = LoggerFactory.getLogger(QuotaStatus.class);

  private static final int CONFLICT = 409;

  private final ObjectStore store;
  private final Executor executor;
  private final PendingCharges pending;

  /** Held while a status is read and written, here or by who charges. */
  private final Object lock = new Object();

  private final List<AutoCloseable> watches = new ArrayList<>();
  private final Set<GroupResource> watched = new HashSet<>();

  /** What quotas name and nobody serves. */
  private final Set<GroupResource> unserved = new HashSet<>();

  private final Set<String> counted = new HashSet<>();
  private final Set<String> stale = new HashSet<>();

  /** Null until {@link #join}. */
  private volatile @Nullable ResourceRegistry types;

  /** Follows the store; the executor counts. */
  QuotaStatus(ObjectStore store, Executor executor, Clock clock) {
    this.store = store;
    this.executor = executor;
    this.pending = new PendingCharges(store, clock);
    watch(QUOTAS);
  }

  /** Follows the types that are served, too. */
  void join(ResourceRegistry registry) {
    types = registry;
    registry.onChange(this::typesChanged);
  }

  private void watch(GroupResource resource) {
    synchronized (this) {
      if (!watched.add(resource)) {
        return;
      }
    }
    try {
      // Whoever tells of changes holds a lock of the store's, and then asks for ours.
      AutoCloseable watch = store.watch(resource, event -> changed(resource, event.object()));
      synchronized (this) {
        watches.add(watch);
      }
    } catch (ApiException e) {
      synchronized (this) {
        watched.remove(resource);
        unserved.add(resource);
      }
      typesChanged();
    }
  }

  /** Counts again where a quota names what is served only now. */
  private void typesChanged() {
    ResourceRegistry registry = types;
    List<String> due;
    synchronized (this) {
      boolean served = registry != null && unserved.removeIf(each -> registry.type(each) != null);
      due = served ? List.copyOf(counted) : List.of();
    }
    due.forEach(this::countLater);
  }

  /** Called without a lock, as the executor may count at once. */
  private void countLater(String namespace) {
    synchronized (this) {
      if (!stale.add(namespace)) {
        return;
      }
    }
    executor.execute(() -> recount(namespace));
  }

  private void changed(GroupResource resource, ObjectNode object) {
    String namespace = object.path("metadata").path("namespace").asText();
    pending.stored(resource, object);
    boolean due;
    synchronized (this) {
      if (resource.equals(QUOTAS)) {
        counted.add(namespace);
        due = !isCounted(object);
      } else {
        due = counted.contains(namespace);
      }
    }
    if (due) {
      countLater(namespace);
    }
  }

  private void recount(String namespace) {
    synchronized (this) {
      stale.remove(namespace);
    }
    try {
      for (ObjectNode quota : store.list(QUOTAS, namespace)) {
        hard(quota).keySet().forEach(name -> watch(QuotaUsage.resource(name)));
      }
      synchronized (lock) {
        store.list(QUOTAS, namespace).forEach(this::count);
      }
    } catch (RuntimeException e) {
      if (e instanceof ApiException refused && refused.status().code() == CONFLICT) {
        countLater(namespace);
        return;
      }
      LOG.info(
          "the quotas of namespace {} are counted at the next change: {}", namespace, e.toString());
    }
  }

  /** Held by who charges. */
  Object lock() {
    return lock;
  }

  PendingCharges pending() {
    return pending;
  }

  static boolean isCounted(JsonNode quota) {
    return ResourceList.of(quota.path("status").path("hard")).equals(hard(quota));
  }

  /** Writes what is used into the status where that is not so already. Under the lock. */
  ObjectNode count(ObjectNode quota) {
    Map<String, String> hard = hard(quota);
    Map<String, String> used = used(quota, hard.keySet());
    JsonNode status = quota.path("status");
    if (ResourceList.of(status.path("hard")).equals(hard)
        && ResourceList.of(status.path("used")).equals(used)) {
      return quota;
    }
    ObjectNode changed = quota.deepCopy();
    ObjectNode counted = changed.putObject("status");
    hard.forEach(counted.putObject("hard")::put);
    used.forEach(counted.putObject("used")::put);
    return store.update(QUOTAS, changed);
  }

  static Map<String, String> hard(JsonNode quota) {
    return ResourceList.of(quota.path("spec").path("hard"));
  }

  private Map<String, String> used(ObjectNode quota, Set<String> names) {
    String namespace = quota.path("metadata").path("namespace").asText();
    var used = new LinkedHashMap<String, String>();
    var resources = new HashSet<GroupResource>();
    for (String name : names) {
      used.put(name, "0");
      resources.add(QuotaUsage.resource(name));
    }
    for (GroupResource resource : resources) {
      for (ObjectNode object : store.list(resource, namespace)) {
        if (QuotaScopes.match(quota, resource, object)) {
          Map<String, String> usage = QuotaUsage.of(resource, object);
          usage.keySet().retainAll(names);
          ResourceList.add(used, usage);
        }
      }
    }
    pending.addTo(used, quota);
    return used;
  }

  @Override
  public synchronized void close() throws Exception {
    for (AutoCloseable watch : watches) {
      watch.close();
    }
  }
}
