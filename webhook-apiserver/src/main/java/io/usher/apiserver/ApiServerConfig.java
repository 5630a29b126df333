package io.usher.apiserver;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.AuditSink;
import io.usher.apiserver.api.Authenticator;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.PathHandler;
import io.usher.apiserver.api.RequestClassifier;
import io.usher.apiserver.api.RequestFilter;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.Verb;
import io.usher.apiserver.storage.ObjectSource;
import io.usher.apiserver.storage.Storage;
import io.usher.apiserver.storage.memory.MemoryStorage;
import io.usher.apiserver.watch.Watches;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What an {@link ApiServer} serves, and to whom. Not thread-safe. */
public final class ApiServerConfig {

  private final List<ResourceType> types = new ArrayList<>();
  private final List<Function<ResourceRegistry, PathHandler>> paths = new ArrayList<>();
  private final Map<GroupResource, ObjectSource> sources = new HashMap<>();
  private @Nullable Storage storage;
  private Authenticator authenticator = request -> null;
  private Function<ObjectStore, Authorizer> authorizer =
      objects -> (user, request) -> Authorizer.Decision.noOpinion("no authorizer is configured");
  private Function<ObjectStore, List<AdmissionPlugin>> admission = objects -> List.of();
  private AuditSink audit = request -> {};
  private RequestFilter filter = (request, info) -> {};
  private RequestClassifier classifier = (user, request) -> Map.of();
  private Clock clock = Clock.systemUTC();
  private Random random = new SecureRandom();
  private Supplier<String> serverAddress = () -> "127.0.0.1";
  private Duration bookmarkPeriod = Watches.BOOKMARK_PERIOD;
  private long maxQueuedBytes = Watches.MAX_QUEUED_BYTES;

  ApiServerConfig() {}

  /** Serves a type. */
  public ApiServerConfig resource(ResourceType type) {
    types.add(type);
    return this;
  }

  /** Serves the type that a fabric8 model or custom resource class declares. */
  public ApiServerConfig resource(Class<? extends HasMetadata> model) {
    return resource(ResourceType.of(model));
  }

  /** Serves a type whose objects nobody writes; it has the verbs get, list and watch. */
  public ApiServerConfig resource(ResourceType type, ObjectSource source) {
    if (!Set.of(Verb.GET, Verb.LIST, Verb.WATCH).containsAll(type.verbs())) {
      throw new IllegalArgumentException(
          type + ": its objects are gathered: give it no other verbs than get, list and watch");
    }
    sources.put(type.storage(), source);
    return resource(type);
  }

  /** Keeps the objects here; closed with the server. In memory until told otherwise. */
  public ApiServerConfig storage(Storage other) {
    storage = other;
    return this;
  }

  /** Tells who calls. */
  public ApiServerConfig authenticator(Authenticator other) {
    authenticator = other;
    return this;
  }

  /** Tells who may do what; may read the server's objects, of the types registered here. */
  public ApiServerConfig authorizer(Function<ObjectStore, Authorizer> other) {
    authorizer = other;
    return this;
  }

  /**
   * The admission plugins in their order; they may read and write the server's objects. Those that
   * can be closed are closed with the server.
   */
  public ApiServerConfig admission(Function<ObjectStore, List<AdmissionPlugin>> plugins) {
    admission = plugins;
    return this;
  }

  /** Is told of each request. */
  public ApiServerConfig audit(AuditSink other) {
    audit = other;
    return this;
  }

  /** Lets authenticated requests go on, or not. */
  public ApiServerConfig filter(RequestFilter other) {
    filter = other;
    return this;
  }

  /** Says as what a request counts. */
  public ApiServerConfig classifier(RequestClassifier other) {
    classifier = other;
    return this;
  }

  /** Answers paths that are no resource, after discovery, health and version. */
  public ApiServerConfig path(Function<ResourceRegistry, PathHandler> handler) {
    paths.add(handler);
    return this;
  }

  /** The time that objects are stamped with. */
  public ApiServerConfig clock(Clock other) {
    clock = other;
    return this;
  }

  /** Makes up names and timeouts. */
  public ApiServerConfig random(Random other) {
    random = other;
    return this;
  }

  /** Host and port that {@code /api} tells clients. */
  public ApiServerConfig serverAddress(Supplier<String> hostAndPort) {
    serverAddress = hostAndPort;
    return this;
  }

  /** How often watchers get bookmarks, and those that read nothing are found. */
  public ApiServerConfig bookmarkPeriod(Duration period) {
    bookmarkPeriod = period;
    return this;
  }

  /** What a watcher may leave unread before it is cut off. */
  public ApiServerConfig maxQueuedBytes(long bytes) {
    maxQueuedBytes = bytes;
    return this;
  }

  List<ResourceType> types() {
    return types;
  }

  List<Function<ResourceRegistry, PathHandler>> paths() {
    return paths;
  }

  Map<GroupResource, ObjectSource> sources() {
    return sources;
  }

  Storage storage() {
    return storage == null ? MemoryStorage.create(MemoryStorage.DEFAULT_HISTORY_BYTES) : storage;
  }

  Authenticator authenticator() {
    return authenticator;
  }

  Function<ObjectStore, Authorizer> authorizer() {
    return authorizer;
  }

  Function<ObjectStore, List<AdmissionPlugin>> admission() {
    return admission;
  }

  AuditSink audit() {
    return audit;
  }

  RequestFilter filter() {
    return filter;
  }

  RequestClassifier classifier() {
    return classifier;
  }

  Clock clock() {
    return clock;
  }

  Random random() {
    return random;
  }

  Supplier<String> serverAddress() {
    return serverAddress;
  }

  Duration bookmarkPeriod() {
    return bookmarkPeriod;
  }

  long maxQueuedBytes() {
    return maxQueuedBytes;
  }
}
