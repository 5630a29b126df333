package io.usher.apiserver.request;

import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.FrameSink;
import io.usher.apiserver.api.FrameStream;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.storage.CompactedException;
import io.usher.apiserver.storage.ObjectSource;
import io.usher.apiserver.storage.Snapshot;
import io.usher.apiserver.storage.Storage;
import io.usher.apiserver.storage.StoredObject;
import io.usher.apiserver.storage.StoredTree;
import io.usher.apiserver.watch.WatchSpec;
import io.usher.apiserver.watch.Watches;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The verbs get, list and watch. */
final class ObjectReader {

  /** How long a version from the future is waited for, as kube-apiserver does. */
  private static final Duration FRESH_WAIT = Duration.ofSeconds(3);

  /** A watch without timeoutSeconds ends between this and twice this. */
  private static final Duration MIN_WATCH = Duration.ofMinutes(30);

  private final Storage storage;
  private final Map<GroupResource, ObjectSource> sources;
  private final Watches watches;
  private final WatchEncodings encodings;
  private final ScheduledExecutorService timer;
  private final Random random;

  ObjectReader(
      Storage storage,
      Map<GroupResource, ObjectSource> sources,
      Watches watches,
      WatchEncodings encodings,
      ScheduledExecutorService timer,
      Random random) {
    this.storage = storage;
    this.sources = sources;
    this.watches = watches;
    this.encodings = encodings;
    this.timer = timer;
    this.random = random;
  }

  CompletionStage<ApiResponse> get(Call call) {
    String version = call.request().query().first("resourceVersion");
    long atLeast = version.isEmpty() ? 0 : ListOptions.version(version, false);
    ObjectSource source = sources.get(call.resource().type().storage());
    if (source != null) {
      return source.gather().thenApply(gathered -> gathered(call, gathered));
    }
    return fresh(atLeast, () -> call.renderer().object(200, stored(call), List.of()));
  }

  private static ApiResponse gathered(Call call, ObjectSource.Gathered gathered) {
    StoredObject found = gathered.objects().objects().get(key(call));
    if (found == null && !gathered.warnings().isEmpty()) {
      // It may be where nobody answered.
      throw new ApiException(Status.serviceUnavailable(String.join("; ", gathered.warnings()), 1));
    }
    return call.renderer().object(200, required(call, found), gathered.warnings());
  }

  /** The object that a call names. */
  StoredObject stored(Call call) {
    return required(call, storage.get(call.resource().type().storage(), key(call)));
  }

  private static String key(Call call) {
    return StoredObject.key(call.keyNamespace(), call.info().name());
  }

  private static StoredObject required(Call call, @Nullable StoredObject found) {
    if (found == null) {
      throw new ApiException(
          Status.notFound(call.resource().type().groupResource(), call.info().name()));
    }
    return found;
  }

  /** What a list selects, with its metadata. */
  record Page(List<StoredObject> objects, ListMeta metadata) {}

  CompletionStage<ApiResponse> list(Call call) {
    ObjectSource source = sources.get(call.resource().type().storage());
    if (source != null) {
      ListOptions options = ListOptions.of(call.request().query(), false);
      return source.gather().thenApply(gathered -> list(call, options, gathered));
    }
    return page(call, page -> call.renderer().list(page.objects(), page.metadata()));
  }

  /** All of them, whatever pages are asked for. */
  private static ApiResponse list(Call call, ListOptions options, ObjectSource.Gathered gathered) {
    if (options.match().equals("Exact")) {
      throw new ApiException(
          Status.expired("these objects are gathered when they are asked for: state no version"));
    }
    Page page = page(call, options.whole(), gathered.objects());
    return warned(call.renderer().list(page.objects(), page.metadata()), gathered.warnings());
  }

  private static ApiResponse warned(ApiResponse response, List<String> warnings) {
    Headers headers = response.headers();
    for (String warning : warnings) {
      headers = headers.withWarning(warning);
    }
    return response.withHeaders(headers);
  }

  /** Answers with what a list selects, once all of it is known. */
  CompletionStage<ApiResponse> page(Call call, Function<Page, ApiResponse> answer) {
    ListOptions options = ListOptions.of(call.request().query(), false);
    GroupResource resource = call.resource().type().storage();
    return fresh(
        atLeast(options), () -> answer.apply(page(call, options, snapshot(resource, options))));
  }

  /** How far a read must reach: all that is written by now where the client names no version. */
  private long atLeast(ListOptions options) {
    ContinueToken token = options.token();
    if (token != null && token.version() > 0) {
      // A version that nobody has reached was invented: page() says so.
      return token.version() <= storage.version() ? 0 : Math.min(token.version(), storage.latest());
    }
    return options.version() == null ? storage.latest() : options.version();
  }

  private static Page page(Call call, ListOptions options, Snapshot snapshot) {
    Selector selector = Selector.of(call.request().query(), call.resource());
    String namespace = call.keyNamespace();
    if (namespace.equals(".") || namespace.equals("..")) {
      String path = '/' + call.resource().type().plural() + '/' + namespace;
      throw new ApiException(new Status(500, "", "invalid key: \"" + path + '"', null));
    }
    String prefix = namespace.isEmpty() ? "" : namespace + '/';
    NavigableMap<String, StoredObject> objects =
        namespace.isEmpty() ? snapshot.objects() : snapshot.inNamespace(namespace);
    if (options.token() != null) {
      objects = objects.tailMap(prefix + options.token().after(), false);
    }
    var selected = new ArrayList<StoredObject>();
    int seen = 0;
    for (StoredObject object : objects.values()) {
      if (options.isPaged() && selected.size() == options.limit()) {
        break;
      }
      seen++;
      if (selector.everything() || selector.accepts().test(new StoredTree(object))) {
        selected.add(object);
      }
    }
    boolean more = seen < objects.size();
    String next = "";
    if (more) {
      String last = selected.get(selected.size() - 1).key().substring(prefix.length());
      next = new ContinueToken(snapshot.version(), last).encode();
    }
    long remaining = more && selector.everything() ? objects.size() - seen : 0;
    return new Page(selected, new ListMeta(snapshot.version(), next, remaining));
  }

  private Snapshot snapshot(GroupResource resource, ListOptions options) {
    ContinueToken token = options.token();
    try {
      if (token != null && token.version() > 0) {
        if (token.version() > storage.version()) {
          throw new ApiException(
              Status.tooLargeResourceVersion(token.version(), storage.version()));
        }
        return storage.snapshot(resource, token.version());
      }
      if (options.match().equals("Exact")) {
        return storage.snapshot(resource, Objects.requireNonNull(options.version()));
      }
      return storage.snapshot(resource);
    } catch (CompactedException e) {
      throw new ApiException(token == null ? tooOld(e) : expired(token));
    }
  }

  private static Status tooOld(CompactedException e) {
    return Status.expired(
        "The resourceVersion for the provided list is too old: " + e.getMessage());
  }

  private static Status expired(ContinueToken token) {
    return new Status(
        410,
        "Expired",
        "The provided continue parameter is too old to display a consistent list result. You can"
            + " start a new list without the continue parameter, or use the continue token in this"
            + " response to retrieve the remainder of the results. Continuing with the provided"
            + " token results in an inconsistent list - objects that were created, modified, or"
            + " deleted between the time the first chunk was returned and now may show up in the"
            + " list.",
        null,
        new ContinueToken(-1, token.after()).encode());
  }

  CompletionStage<ApiResponse> watch(Call call) {
    ListOptions options = ListOptions.of(call.request().query(), true);
    Selector selector = Selector.of(call.request().query(), call.resource());
    requireSameName(call);
    if (call.accepted().shape() == Accepted.Shape.METADATA_LIST) {
      // No event is a list: kube-apiserver takes the request, and then ends the stream.
      return CompletableFuture.completedFuture(streaming(FrameSink::close));
    }
    if (!call.info().name().isEmpty()) {
      // The old form names the object in the path, the present one in the selector.
      String name = call.info().name();
      selector =
          new Selector(
              selector.accepts().and(object -> object.object().name().equals(name)), false);
    }
    boolean any = options.version() == null || options.anyVersion();
    boolean state = options.initialEvents() == null ? any : options.initialEvents();
    WatchSpec.Start start =
        state ? WatchSpec.Start.STATE : any ? WatchSpec.Start.NOW : WatchSpec.Start.AFTER;
    var spec =
        new WatchSpec(
            call.keyNamespace(),
            selector.accepts(),
            start,
            start == WatchSpec.Start.AFTER ? options.version() : 0,
            options.bookmarks(),
            encodings.encoding(call.request(), call.resource(), call.accepted()),
            timeout(options));
    ObjectSource source = sources.get(call.resource().type().storage());
    if (source != null) {
      return source
          .gather()
          .thenApply(gathered -> watch(call, source, gathered, spec))
          .exceptionally(ObjectReader::failed);
    }
    long atLeast =
        options.version() == null ? storage.latest() : state && !any ? options.version() : 0;
    return fresh(atLeast, () -> streaming(watches.watch(call.resource().type().storage(), spec)))
        .exceptionally(ObjectReader::failed);
  }

  private ApiResponse watch(
      Call call, ObjectSource source, ObjectSource.Gathered gathered, WatchSpec spec) {
    GroupResource resource = call.resource().type().storage();
    return warned(streaming(watches.watch(resource, source, gathered, spec)), gathered.warnings());
  }

  private static ApiResponse streaming(FrameStream stream) {
    return new ApiResponse.Streaming(
        200, ApiResponse.headers("application/json", List.of()), stream);
  }

  /** A watch that can't begin is told so by an event. */
  private static ApiResponse failed(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (!(cause instanceof ApiException known)) {
      throw new CompletionException(cause);
    }
    ByteBuffer frame = WatchSpec.error(known.status());
    return streaming(sink -> sink.send(List.of(frame), sink::close));
  }

  /** A path that names an object goes with no selector of another one's name. */
  private static void requireSameName(Call call) {
    boolean named = call.info().parts().size() > 1;
    String selector = call.request().query().first("fieldSelector");
    String name = call.info().name();
    if (named
        && selector.startsWith("metadata.name=")
        && !selector.equals("metadata.name=" + name)
        && !selector.equals("metadata.name==" + name)) {
      throw new ApiException(
          Status.badRequest("fieldSelector metadata.name doesn't match requested name"));
    }
  }

  private Duration timeout(ListOptions options) {
    return options.timeoutSeconds() > 0
        ? Duration.ofSeconds(options.timeoutSeconds())
        : MIN_WATCH.plusMillis((long) (random.nextDouble() * MIN_WATCH.toMillis()));
  }

  /** Answers once a version is reached, without a thread that waits for it. */
  private CompletionStage<ApiResponse> fresh(long version, Supplier<ApiResponse> answer) {
    if (version <= storage.version()) {
      return CompletableFuture.completedFuture(answer.get());
    }
    CompletableFuture<Void> reached = storage.reached(version);
    Future<?> late =
        timer.schedule(() -> reached.cancel(false), FRESH_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    return reached.handle(
        (ready, tooLate) -> {
          late.cancel(false);
          if (tooLate != null) {
            throw new ApiException(Status.tooLargeResourceVersion(version, storage.version()));
          }
          return answer.get();
        });
  }
}
