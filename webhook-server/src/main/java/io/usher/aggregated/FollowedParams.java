package io.usher.aggregated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.admission.policy.ConfigurationException;
import io.usher.apiserver.admission.policy.ParamKind;
import io.usher.apiserver.admission.policy.ParamSource.ParamResource;
import io.usher.client.ClusterClient;
import io.usher.client.ClusterClient.Change;
import io.usher.client.ClusterClient.UnreadableException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects of one kind of parameters, followed from {@link #run} on. What is known stays when
 * that ends, for a write that is being admitted. Thread-safe.
 */
final class FollowedParams implements ParamResource, Runnable, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FollowedParams.class);

  /** Between an attempt that failed and the next. */
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final String NOT_SAID = ": kube-apiserver does not say what it serves";

  private static final char AFTER_SLASH = '/' + 1;

  private final ClusterClient client;
  private final ParamKind kind;
  private final long deadline;
  private final CompletableFuture<Optional<ClusterResource>> resource = new CompletableFuture<>();
  private final CompletableFuture<@Nullable Void> listed = new CompletableFuture<>();
  private final ConcurrentNavigableMap<String, ObjectNode> objects = new ConcurrentSkipListMap<>();
  private volatile String reported;
  private volatile @Nullable Long againAt;
  private @Nullable AutoCloseable watch;
  private boolean closed;

  /**
   * Asks nothing yet.
   *
   * @param client stays the caller's
   * @param wait how long a write waits for what it needs, from now on
   * @param failed the attempt before, whose problem is not reported again
   */
  FollowedParams(
      ClusterClient client, ParamKind kind, Duration wait, @Nullable FollowedParams failed) {
    this.client = client;
    this.kind = kind;
    deadline = System.nanoTime() + wait.toNanos();
    reported = failed == null ? "" : failed.reported;
  }

  ParamKind kind() {
    return kind;
  }

  /** Whether there was nothing to follow a moment ago, and there may be now. */
  boolean isToBeginAgain() {
    Long next = againAt;
    return next != null && System.nanoTime() - next >= 0;
  }

  /** Finds the resource and reads its objects, which are followed afterwards. */
  @Override
  public void run() {
    Optional<ClusterResource> found;
    try {
      found = find();
    } catch (IOException | RuntimeException e) {
      report("find the resource of " + kind + ", parameters of admission policies: " + e);
      fail(resource, unknown() + NOT_SAID);
      return;
    }
    if (found.isEmpty()) {
      beginAgain();
    }
    resource.complete(found);
    found.ifPresent(this::follow);
  }

  private Optional<ClusterResource> find() throws IOException {
    return ClusterResource.of(client, kind.group(), kind.version()).stream()
        .filter(each -> each.kind().equals(kind.kind()))
        .findFirst();
  }

  private void follow(ClusterResource found) {
    try {
      // The client would log the stack of each attempt.
      found.read(client);
      keep(client.follow(found.name(), this::take));
      listed.complete(null);
      LOG.info("follow {}, parameters of admission policies", found.name());
    } catch (UnreadableException e) {
      report(
          "parameters of admission policies: "
              + ClusterResource.problem(found.name(), e, List.of(found.name().resource())));
      fail(
          listed,
          unsynced()
              + switch (e.code()) {
                case 0 -> ": kube-apiserver does not answer";
                case 403 -> ": this server may not list and watch " + found.name().resource();
                default -> ": kube-apiserver answers " + e.code();
              });
    } catch (RuntimeException e) {
      report("follow " + found.name() + ", parameters of admission policies: " + e);
      fail(listed, unsynced());
    }
  }

  private void report(String problem) {
    if (!problem.equals(reported)) {
      reported = problem;
      LOG.warn(problem);
    }
  }

  private void fail(CompletableFuture<?> waited, String message) {
    beginAgain();
    waited.completeExceptionally(new ConfigurationException(message));
  }

  private void beginAgain() {
    againAt = System.nanoTime() + PAUSE_NANOS;
  }

  private void take(Change change) {
    ObjectNode object = change.object();
    object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    JsonNode metadata = object.path("metadata");
    String key = key(metadata.path("namespace").asText(), metadata.path("name").asText());
    if (change.type() == Change.Type.DELETED) {
      objects.remove(key);
    } else {
      objects.put(key, object);
    }
  }

  private static String key(String namespace, String name) {
    return namespace + '/' + name;
  }

  private String unknown() {
    return "failed to find resource referenced by paramKind: '" + kind + "'";
  }

  private String unsynced() {
    return "paramKind kind `&ParamKind{APIVersion:"
        + kind.apiVersion()
        + ",Kind:"
        + kind.kind()
        + ",}` not yet synced to use for admission";
  }

  /**
   * Whether the cluster has such a kind.
   *
   * @throws ConfigurationException when it does not say
   */
  boolean isThere() throws ConfigurationException {
    return await(resource, unknown() + NOT_SAID).isPresent();
  }

  /** Whether the cluster serves its objects no longer, or elsewhere. */
  boolean isStale() {
    try {
      return listed.isDone()
          && !listed.isCompletedExceptionally()
          && !find().equals(resource.join());
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public boolean isNamespaced() {
    return resource.join().orElseThrow().namespaced();
  }

  @Override
  public @Nullable ObjectNode get(String namespace, String name) throws ConfigurationException {
    await(listed, unsynced());
    return objects.get(key(namespace, name));
  }

  @Override
  public List<ObjectNode> list(String namespace) throws ConfigurationException {
    await(listed, unsynced());
    return List.copyOf(objects.subMap(key(namespace, ""), namespace + AFTER_SLASH).values());
  }

  private <T> T await(CompletableFuture<T> future, String problem) throws ConfigurationException {
    try {
      return future.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new ConfigurationException(problem);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof ConfigurationException told
          ? told
          : new ConfigurationException(problem);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConfigurationException(problem);
    }
  }

  private synchronized void keep(AutoCloseable begun) {
    watch = begun;
    if (closed) {
      end();
    }
  }

  /** Follows them no longer. */
  @Override
  public synchronized void close() {
    closed = true;
    end();
  }

  private void end() {
    if (watch != null) {
      try {
        watch.close();
      } catch (Exception e) {
        throw new IllegalStateException("follow parameters no longer", e);
      }
    }
  }
}
