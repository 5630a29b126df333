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
final class Controllers implements Work, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Controllers.class);

  private static final int CONFLICT = 409;
  private static final int NOT_FOUND = 404;

  /** When a step that other writers were faster at is done again. */
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
    namespaces = new NamespaceController(objects, registry, authority, clock, this);
    garbage = new GarbageCollector(objects, registry, this);
    aggregation = new RoleAggregation(objects, this);
    flows = new FlowObjects(objects, clock, this);
    kubernetes = new KubernetesService(objects);
    apiServices = new ApiServices(objects, registry, clock);
    after(DEFAULTS_MILLIS, apiServices::follow);
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
    now(() -> kubernetes.changed(resource, event));
    now(() -> apiServices.changed(resource, event));
    now(() -> policyTypes.changed(resource, event));
  }

  boolean isRunning() {
    return !thread.isShutdown();
  }

  /** Says where the server listens. */
  void advertise(InetSocketAddress address) {
    after(DEFAULTS_MILLIS, () -> kubernetes.advertise(address));
  }

  /** Has a step done on the thread. */
  private void run(Runnable step) {
    after(0, step);
  }

  @Override
  public void after(int millis, Runnable step) {
    try {
      thread.schedule(() -> now(step), millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // It is closed: nobody waits for what would be done.
      LOG.debug("a change comes after the end", e);
    }
  }

  @Override
  public void now(Runnable step) {
    try {
      step.run();
    } catch (ApiException e) {
      switch (e.status().code()) {
        case CONFLICT -> after(AGAIN_MILLIS, step);
        case NOT_FOUND -> LOG.debug("a controller's object has gone", e);
        default -> LOG.warn("a controller's write is refused", e);
      }
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
