package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.AbortedException;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.AuditSink;
import io.usher.apiserver.api.Authenticator;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.GoText;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.PathHandler;
import io.usher.apiserver.api.RequestClassifier;
import io.usher.apiserver.api.RequestFilter;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.authn.Impersonation;
import io.usher.apiserver.authz.Forbidden;
import io.usher.apiserver.storage.ObjectSource;
import io.usher.apiserver.storage.Storage;
import io.usher.apiserver.storage.StorageException;
import io.usher.apiserver.watch.Watches;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests: who asks, as whom, whether he may, then the verb. Every failure is a {@code
 * Status}; one that nobody expected is logged here, and nowhere else. Thread-safe.
 */
public final class RequestHandler {

  private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

  private static final String AUDIT_ID = "Audit-Id";
  private static final String NO_SNIFFING = "X-Content-Type-Options";

  private final Authenticator authenticator;
  private final RequestFilter filter;
  private final RequestClassifier classifier;
  private final Authorizer authorizer;
  private final Impersonation impersonation;
  private final List<PathHandler> paths;
  private final Resources resources;
  private final AuditSink audit;
  private final Clock clock;
  private final ScheduledExecutorService timer;

  /** Answers with these parts. */
  public RequestHandler(Parts parts) {
    this.authenticator = parts.authenticator();
    this.filter = parts.filter();
    this.classifier = parts.classifier();
    this.authorizer = parts.authorizer();
    this.impersonation = new Impersonation(authorizer);
    this.paths = List.copyOf(parts.paths());
    this.resources = resources(parts);
    this.audit = parts.audit();
    this.clock = parts.clock();
    this.timer = parts.timer();
  }

  private static Resources resources(Parts parts) {
    var admission = new Admission(parts.admission());
    var bodies = new BodyReader();
    var decoder = new ObjectDecoder(parts.registry());
    var owners = new FieldOwners(parts.registry(), parts.clock());
    var encodings = new WatchEncodings(parts.clock());
    parts.registry().onChange(encodings::clear);
    var reader =
        new ObjectReader(
            parts.storage(),
            parts.sources(),
            parts.watches(),
            encodings,
            parts.timer(),
            parts.random());
    return new Resources(
        parts.registry(),
        reader,
        new ObjectWriter(
            parts.storage(),
            admission,
            bodies,
            decoder,
            owners,
            parts.authorizer(),
            parts.clock(),
            parts.random()),
        new Deletion(
            parts.storage(),
            admission,
            bodies,
            reader,
            new Removal(parts.storage(), parts.clock())),
        admission,
        bodies,
        decoder,
        owners,
        parts.objects(),
        parts.authorizer(),
        parts.clock());
  }

  /**
   * What answers are made with.
   *
   * @param sources where the objects are of types that no storage keeps
   * @param registry the types that are served
   * @param objects the same objects for the server's own parts
   * @param filter asked once it is known who calls
   * @param classifier says as what a request counts that has passed the filter
   * @param admission the plugins in their order
   * @param paths asked in their order for paths that are no resource
   * @param timer its tasks are short
   * @param random for the names and timeouts that the server makes up
   */
  public record Parts(
      Storage storage,
      Map<GroupResource, ObjectSource> sources,
      Watches watches,
      ResourceRegistry registry,
      ObjectStore objects,
      Authenticator authenticator,
      RequestFilter filter,
      RequestClassifier classifier,
      Authorizer authorizer,
      List<AdmissionPlugin> admission,
      List<PathHandler> paths,
      AuditSink audit,
      Clock clock,
      ScheduledExecutorService timer,
      Random random) {
    public Parts {
      sources = Map.copyOf(sources);
      admission = List.copyOf(admission);
      paths = List.copyOf(paths);
    }
  }

  /** A request on its way, for the audit log. */
  private final class Exchange {
    private final String id;
    private final ApiRequest request;
    private final RequestInfo info;
    private final long began = System.nanoTime();
    private final Instant received = clock.instant();
    private final Map<String, String> annotations = new HashMap<>();
    private @Nullable UserInfo user;
    private @Nullable UserInfo impersonated;
    private @Nullable Status failure;
    private boolean authorized;
    private @Nullable Duration timeout;
    private Map<String, String> classification = Map.of();

    Exchange(ApiRequest request) {
      String sent = request.headers().first("Audit-ID");
      this.id = sent == null || sent.isBlank() ? UUID.randomUUID().toString() : sent;
      this.request = request;
      this.info = RequestInfoResolver.resolve(request);
    }

    private UserInfo effectiveUser() {
      return impersonated == null ? Objects.requireNonNull(user) : impersonated;
    }

    private long nanosLeft() {
      return timeout == null ? Long.MAX_VALUE : timeout.toNanos() - (System.nanoTime() - began);
    }

    private void ended(int code) {
      audit.answered(
          new AuditSink.Answered(
              id,
              request,
              info,
              user,
              impersonated,
              code,
              failure,
              annotations,
              received,
              clock.instant()));
    }
  }

  /**
   * Whether the body of a request is not read here, as whoever it is passed on to reads it.
   *
   * @param path decoded
   */
  public boolean forwards(String method, String path) {
    return resources.forwards(RequestInfoResolver.resolve(ApiRequest.of(method, path)));
  }

  /** Answers a request. The stage fails with {@link AbortedException} or for want of memory. */
  public CompletionStage<ApiResponse> handle(ApiRequest request) {
    var exchange = new Exchange(request);
    if (RequestInfoResolver.isIncomplete(request)) {
      ApiResponse response =
          internalError(
              request,
              "failed to create RequestInfo: unable to determine kind and namespace from url, "
                  + request.path());
      return CompletableFuture.completedFuture(
          response.withHeaders(response.headers().withDefault(AUDIT_ID, exchange.id)));
    }
    CompletionStage<ApiResponse> answer;
    try {
      answer = inTime(exchange, answer(exchange).toCompletableFuture());
    } catch (RuntimeException | Error e) {
      answer = CompletableFuture.failedFuture(e);
    }
    return answer
        .exceptionally(
            failure ->
                failed(
                    exchange,
                    failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure))
        .thenApply(response -> finished(exchange, response));
  }

  /** The same answer, or 504 when it waits longer than the request may take. */
  private CompletableFuture<ApiResponse> inTime(
      Exchange exchange, CompletableFuture<ApiResponse> answer) {
    if (answer.isDone() || exchange.timeout == null) {
      return answer;
    }
    var first = new CompletableFuture<ApiResponse>();
    Future<?> late =
        timer.schedule(
            () -> first.complete(timedOut()), exchange.nanosLeft(), TimeUnit.NANOSECONDS);
    answer.whenComplete(
        (response, failure) -> {
          late.cancel(false);
          if (failure == null) {
            first.complete(response);
          } else {
            first.completeExceptionally(failure);
          }
        });
    return first;
  }

  private CompletionStage<ApiResponse> answer(Exchange exchange) {
    ApiRequest request = exchange.request;
    exchange.timeout = RequestTimeout.of(exchange.info, request.query().first("timeout"));
    UserInfo user = authenticator.authenticate(request);
    if (user == null) {
      throw new ApiException(Status.unauthorized());
    }
    exchange.user = user;
    Impersonation.Impersonated other = impersonation.of(user, exchange.info, request.headers());
    if (other != null) {
      exchange.impersonated = other.user();
      if (!other.constraint().isEmpty()) {
        exchange.annotations.put(
            "authorization.k8s.io/impersonation-constraint", other.constraint());
      }
    }
    filter.filter(request, exchange.info);
    if (exchange.timeout != null || exchange.info.verb().equals("watch")) {
      // What else has no end counts for nothing.
      exchange.classification = classifier.classify(exchange.effectiveUser(), exchange.info);
    }
    ApiResponse undecided = authorize(exchange);
    if (undecided != null) {
      return CompletableFuture.completedFuture(undecided);
    }
    if (exchange.nanosLeft() <= 0) {
      return CompletableFuture.completedFuture(timedOut());
    }
    if (exchange.info.resourceRequest()) {
      return resources.answer(
          request,
          exchange.info,
          exchange.effectiveUser(),
          exchange.annotations,
          exchange::nanosLeft);
    }
    for (PathHandler each : paths) {
      ApiResponse response = each.answer(request);
      if (response != null) {
        return CompletableFuture.completedFuture(negotiated(request, response));
      }
    }
    return CompletableFuture.completedFuture(pageNotFound());
  }

  /** Go's answer to a path that it has no handler for. */
  static ApiResponse pageNotFound() {
    return text(404, "404 page not found\n");
  }

  /** An answer as Go's {@code http.Error} gives it. */
  private static ApiResponse text(int code, String text) {
    ApiResponse response =
        ApiResponse.of(code, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    return response.withHeaders(response.headers().withDefault(NO_SNIFFING, "nosniff"));
  }

  /** As kube-apiserver's filters write it: no Status, and nothing that a browser takes for HTML. */
  private static ApiResponse internalError(ApiRequest request, String why) {
    return text(
        500,
        Forbidden.notHtml(
            "Internal Server Error: " + GoText.quote(request.path()) + ": " + why + '\n'));
  }

  /** As kube-apiserver's filter writes it, which does not know what the client wants. */
  private static ApiResponse timedOut() {
    Status status = Status.timeout("request did not complete within the allotted timeout", 0);
    ObjectNode json = status.toJson();
    json.remove(List.of("kind", "apiVersion"));
    return ApiResponse.of(
        status.code(),
        "text/plain; charset=utf-8",
        json.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** A document of discovery as the client wants it. */
  private static ApiResponse negotiated(ApiRequest request, ApiResponse response) {
    if (!request.path().startsWith("/api")
        || !(response instanceof ApiResponse.Complete document)
        || !List.of("application/json").equals(document.headers().all("Content-Type"))) {
      return response;
    }
    Accepted accepted = Accepted.of(request, false);
    if (accepted.shape() != Accepted.Shape.OBJECT) {
      throw Accepted.noSuchType();
    }
    return accepted.yaml() ? Renderer.yaml(document) : response;
  }

  /** The answer where nobody could decide, null where the caller may go on. */
  private @Nullable ApiResponse authorize(Exchange exchange) {
    UserInfo user = exchange.effectiveUser();
    Authorizer.Decision decision = authorizer.authorize(user, exchange.info);
    if (!decision.allowed() && !decision.error().isEmpty()) {
      exchange.annotations.put("authorization.k8s.io/reason", "internal error");
      return internalError(exchange.request, decision.error());
    }
    exchange.annotations.put(
        "authorization.k8s.io/decision", decision.allowed() ? "allow" : "forbid");
    exchange.annotations.put("authorization.k8s.io/reason", decision.reason());
    if (!decision.allowed()) {
      throw new ApiException(Forbidden.status(user, exchange.info, decision.reason()));
    }
    exchange.authorized = true;
    return null;
  }

  private ApiResponse failed(Exchange exchange, Throwable failure) {
    if (failure instanceof AbortedException aborted) {
      throw aborted;
    }
    if (failure instanceof OutOfMemoryError error) {
      // To make an answer takes memory, too.
      throw error;
    }
    Status status;
    if (failure instanceof ApiException known) {
      status = known.status();
    } else if (failure instanceof StorageException storage
        && storage.outcome() != StorageException.Outcome.BROKEN) {
      status = status(storage);
    } else {
      LOG.error(
          "{} {}: the request failed (audit id {})",
          exchange.info.verb(),
          exchange.info.path(),
          exchange.id,
          failure);
      status = Status.internalError("the server's log has it under audit id " + exchange.id);
    }
    exchange.failure = status;
    List<String> warnings = failure instanceof ApiException known ? known.warnings() : List.of();
    ApiResponse response = answerOf(status, warnings, exchange.request);
    boolean impersonating =
        exchange.user != null && exchange.impersonated == null && status.code() == 400;
    return !exchange.authorized && (status.code() == 403 || impersonating)
        ? response.withHeaders(response.headers().withDefault(NO_SNIFFING, "nosniff"))
        : response;
  }

  /** What the storage could not do, and whether the client may just ask again. */
  private static Status status(StorageException failure) {
    String problem = Objects.requireNonNull(failure.getMessage());
    return switch (failure.outcome()) {
      case TOO_LARGE -> Status.requestEntityTooLarge(problem);
      case UNAVAILABLE -> Status.serviceUnavailable(problem, 1);
      case UNKNOWN, BROKEN -> Status.internalError(problem);
    };
  }

  /** A status as the client wants its answers. */
  private static ApiResponse answerOf(Status status, List<String> warnings, ApiRequest request) {
    boolean yaml = false;
    try {
      yaml = Accepted.of(request, false).yaml();
    } catch (ApiException e) {
      // He wants what the server does not have: JSON then.
      yaml = false;
    }
    ObjectNode json = status.toJson();
    ApiResponse response = Renderer.document(status.code(), json, yaml, warnings);
    int seconds = json.path("details").path("retryAfterSeconds").asInt();
    return seconds == 0
        ? response
        : response.withHeaders(
            response.headers().withDefault("Retry-After", Integer.toString(seconds)));
  }

  private ApiResponse finished(Exchange exchange, ApiResponse response) {
    Headers headers = added(exchange, response);
    if (response instanceof ApiResponse.Streaming stream) {
      return new ApiResponse.Streaming(
          stream.code(),
          headers,
          sink -> {
            sink.onClose(() -> exchange.ended(stream.code()));
            stream.stream().start(sink);
          });
    }
    if (response instanceof ApiResponse.Forwarded forwarded) {
      return new ApiResponse.Forwarded(
          forwarded.forwarding(),
          headers,
          status -> {
            exchange.failure = status;
            ApiResponse answer = answerOf(status, List.of(), exchange.request);
            return answer.withHeaders(added(exchange, answer));
          },
          exchange::ended);
    }
    exchange.ended(response.code());
    return response.withHeaders(headers);
  }

  private static Headers added(Exchange exchange, ApiResponse response) {
    return response
        .headers()
        .withDefault("Cache-Control", "no-cache, private")
        .withDefault(AUDIT_ID, exchange.id)
        .withDefaults(exchange.classification);
  }
}
