package io.usher.apiserver.embedded;

import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ObjectStore.ObjectEvent;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.ResourceType;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the controllers: one thread, to which every change of an object is told in order. What a
 * controller writes comes back to it as a change.
 */
final class Controllers implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Controllers.class);

  /** When something that other writers were faster at is tried again. */
  private static final int AGAIN_MILLIS = 200;

  /** When the objects are made without which most clients can do. */
  private static final int DEFAULTS_MILLIS = 500;

  private final ObjectStore objects;
  private final ResourceRegistry registry;
  private final NamespaceController namespaces;
  private final GarbageCollector garbage;
  private final RoleAggregation aggregation;
  private final FlowObjects flows;
  private final KubernetesService kubernetes;
  private final ApiServices apiServices;
  private final PolicyTypes policyTypes;
  private final ScheduledThreadPoolExecutor thread;

  /** Guarded by itself. */
  private final List<AutoCloseable> watches = new ArrayList<>();

  private final Set<GroupResource> watched = new HashSet<>();

  Controllers(ObjectStore objects, ResourceRegistry registry, String authority, Clock clock) {
    this.objects = objects;
    this.registry = registry;
    thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              var daemon = new Thread(task, "usher-apiserver-controllers");
              daemon.setDaemon(true);
              return daemon;
            });
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    namespaces = new NamespaceController(objects, registry, authority, this::again);
    garbage = new GarbageCollector(objects, registry, this::again);
    aggregation = new RoleAggregation(objects, this::again);
    flows = new FlowObjects(objects, clock);
    kubernetes = new KubernetesService(objects);
    later(flows::createDefaults);
    apiServices = new ApiServices(objects, registry, clock);
    later(apiServices::follow);
    policyTypes = new PolicyTypes(objects, registry, clock);
    registry.onChange(this::watchTypes);
    registry.onChange(() -> run(apiServices::follow));
    watchTypes();
  }

  private void watchTypes() {
    synchronized (watches) {
      for (ResourceType type : registry.types()) {
        boolean own = type.storage().equals(type.groupResource());
        if (own && type.answering() == null && watched.add(type.groupResource())) {
          GroupResource resource = type.groupResource();
          watches.add(objects.watch(resource, event -> run(() -> changed(resource, event))));
        }
      }
    }
  }

  private void changed(GroupResource resource, ObjectEvent event) {
    namespaces.changed(resource, event);
    garbage.changed(resource, event);
    aggregation.changed(resource);
    flows.changed(resource, event);
    kubernetes.changed(resource, event);
    apiServices.changed(resource, event);
    policyTypes.changed(resource, event);
  }

  private void run(Runnable task) {
    try {
      thread.execute(() -> quietly(task));
    } catch (RejectedExecutionException e) {
      // It is closed: nobody waits for what would be done.
      LOG.debug("a change comes after the end", e);
    }
  }

  boolean isRunning() {
    return !thread.isShutdown();
  }

  /** Says where the server listens. */
  void advertise(InetSocketAddress address) {
    later(() -> kubernetes.advertise(address));
  }

  /** Has something done that would take a share of the start. */
  private void later(Runnable task) {
    thread.schedule(() -> quietly(task), DEFAULTS_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Has something done again in a while. */
  private void again(Runnable task) {
    if (!thread.isShutdown()) {
      thread.schedule(() -> quietly(task), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Others write too: whoever was faster, a later change tells of it. */
  private static void quietly(Runnable task) {
    try {
      task.run();
    } catch (ApiException e) {
      LOG.debug("a controller's write is refused", e);
    } catch (RuntimeException e) {
      LOG.warn("a controller fails at an object and goes on with the next", e);
    }
  }

  @Override
  public void close() {
    synchronized (watches) {
      for (AutoCloseable watch : watches) {
        try {
          watch.close();
        } catch (Exception e) {
          LOG.warn("end a controller's watch", e);
        }
      }
    }
    thread.shutdown();
    try {
      thread.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
