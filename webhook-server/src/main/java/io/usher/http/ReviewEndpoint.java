package io.usher.http;

import io.usher.engine.MemoryBudget;
import io.usher.engine.ReviewAnswer;
import io.usher.engine.ReviewExecutor;
import io.usher.observe.ReviewObserver;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Takes the calls of the review connector, and leaves the health routes to what it wraps. What
 * comes here is judged by its headers; an {@link ReviewExchange} then reads its body.
 */
final class ReviewEndpoint extends Handler.Wrapper {

  private static final HttpField JSON =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, ContentType.JSON);

  private final String connector;
  private final TimeReserve reserve;
  private final int maxBodyBytes;
  private final MemoryBudget budget;
  private final ReviewExecutor executor;
  private final ReviewObserver observer;
  private final SlowClients slowClients;
  private volatile RouteTable routes;
  private volatile boolean stopping;

  ReviewEndpoint(
      String connector,
      RouteTable routes,
      HttpSettings settings,
      MemoryBudget budget,
      ReviewExecutor executor,
      ReviewObserver observer,
      SlowClients slowClients) {
    this.connector = connector;
    this.routes = routes;
    this.reserve = settings.reserve();
    this.maxBodyBytes = settings.maxBodyBytes();
    this.budget = budget;
    this.executor = executor;
    this.observer = observer;
    this.slowClients = slowClients;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String from = request.getConnectionMetaData().getConnector().getName();
    String path = request.getHttpURI().getPath();
    if (!connector.equals(from) || HealthRoutes.isProbe(path)) {
      request.getComponents().getExecutor().execute(() -> probe(request, response, callback));
      return true;
    }
    var table = routes;
    var route = table.find(path);
    if (route == null) {
      refuse(null, Refusal.notFound(path), request, response, callback);
      return true;
    }
    var refusal = judge(route, request);
    if (refusal != null) {
      refuse(route, refusal, request, response, callback);
      return true;
    }
    Duration timeout;
    try {
      timeout = CallTimeout.of(request.getHttpURI().getQuery(), route.timeout());
    } catch (IllegalArgumentException e) {
      refuse(route, Refusal.badRequest("timeout: " + e.getMessage()), request, response, callback);
      return true;
    }
    var deadline = reserve.deadline(request.getBeginNanoTime(), timeout);
    if (!table.enter()) {
      // It has just been replaced.
      return handle(request, response, callback);
    }
    var body = new BodyBuffer(budget, request.getLength(), maxBodyBytes, table::leave);
    new ReviewExchange(this, route, deadline, body, request, response, callback).read();
    return true;
  }

  /** Replaces all paths. */
  void serve(RouteTable next) {
    var before = routes;
    routes = next;
    before.leave();
  }

  /**
   * Nothing here waits, so the thread that found a request on the wire also reads it: handing it on
   * would cost more than that.
   */
  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  /** A servlet may wait: for who reads the metrics, above all. So it has a thread of its own. */
  private void probe(Request request, Response response, Callback callback) {
    try {
      if (!super.handle(request, response, callback)) {
        Response.writeError(request, response, callback, 404);
      }
    } catch (Exception e) {
      Response.writeError(request, response, callback, e);
    }
  }

  private @Nullable Refusal judge(ReviewRoute route, Request request) {
    var refusal = route.callers().judge(request);
    if (refusal != null) {
      return refusal;
    }
    if (!request.getMethod().equals("POST")) {
      return Refusal.methodNotAllowed(request.getMethod(), route.path());
    }
    HttpFields headers = request.getHeaders();
    String type = headers.get(HttpHeader.CONTENT_TYPE);
    if (!ContentType.isJson(type)) {
      return Refusal.unsupportedMediaType(
          "Content-Type is " + type + ", not " + ContentType.JSON + " in UTF-8");
    }
    String encoding = headers.get(HttpHeader.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      return Refusal.unsupportedMediaType("Content-Encoding is " + encoding + ", not identity");
    }
    if (request.getLength() > maxBodyBytes) {
      return Refusal.tooLarge(
          "the body has " + request.getLength() + " bytes, more than " + maxBodyBytes);
    }
    return null;
  }

  /** Answers before the body has been read, and then sees to it that the client gets the answer. */
  void refuse(
      @Nullable ReviewRoute route,
      Refusal refusal,
      Request request,
      Response response,
      Callback callback) {
    var drain = new Drain(request, callback, slowClients, maxBodyBytes);
    write(route, refusal, request, response, Callback.from(drain::read, callback::failed));
  }

  /** Answers a call that no rule will see, and leaves what else the client sends. */
  void write(
      @Nullable ReviewRoute route,
      Refusal refusal,
      Request request,
      Response response,
      Callback callback) {
    if (route != null) {
      observer.reviewRejected(route.kind().endpoint(), refusal.answer().status());
    }
    if (refusal.header() != null) {
      response.getHeaders().put(refusal.header());
    }
    if (request.getLength() != 0) {
      close(request, response);
    }
    write(refusal.answer(), request, response, callback);
  }

  /** Gives an answer. */
  void write(ReviewAnswer answer, Request request, Response response, Callback callback) {
    response.setStatus(answer.status());
    var headers = response.getHeaders();
    if (answer.contentType().equals(ContentType.JSON)) {
      headers.add(JSON);
    } else {
      headers.add(HttpHeader.CONTENT_TYPE, answer.contentType());
    }
    if (answer.retryAfterSeconds() > 0) {
      headers.add(HttpHeader.RETRY_AFTER, answer.retryAfterSeconds());
    }
    if (stopping) {
      close(request, response);
      goAway(request.getConnectionMetaData().getConnection());
    }
    response.write(true, ByteBuffer.wrap(answer.body()), callback);
  }

  /** HTTP/2 has no such header, as one of its connections goes on for the other requests. */
  private static void close(Request request, Response response) {
    if (request.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_2) {
      response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
    }
  }

  /** From now on each answer asks its client to open another connection, elsewhere. */
  void stopping() {
    stopping = true;
  }

  /** Tells an HTTP/2 client that what it has asked is answered, and nothing more (GOAWAY). */
  static void goAway(Connection connection) {
    if (connection instanceof HTTP2Connection http2) {
      http2.getSession().shutdown();
    }
  }

  SlowClients slowClients() {
    return slowClients;
  }

  ReviewObserver observer() {
    return observer;
  }

  ReviewExecutor executor() {
    return executor;
  }
}
