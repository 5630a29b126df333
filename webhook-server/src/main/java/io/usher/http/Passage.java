package io.usher.http;

import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Forwarding;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.Status;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.HttpUpgrader;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * One request that is passed on, and its answer on its way back; each at the pace of who reads it.
 * Holds no thread.
 */
final class Passage implements Response.ContentSourceListener, Response.CompleteListener {

  /** As kube-apiserver's audit log has it. */
  private static final int CLIENT_GONE = 503;

  /** What may come twice: RFC 9110, 9.2.1. */
  private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");

  private final HttpClient client;
  private final Exchange exchange;
  private final ApiResponse.Forwarded answer;
  private final Forwarding forwarding;
  private final Runnable released;

  /** Whether the client gets an answer already, or has gone. */
  private final AtomicBoolean answered = new AtomicBoolean();

  private final AtomicBoolean ended = new AtomicBoolean();
  private @Nullable Request request;
  private boolean sentAgain;

  /** Whether the client has nothing more to send. */
  private volatile boolean arrived;

  /** Whether more of the body is waited for. */
  private volatile boolean awaited;

  /**
   * @param released runs once nothing of this is left
   */
  Passage(HttpClient client, Exchange exchange, ApiResponse.Forwarded answer, Runnable released) {
    this.client = client;
    this.exchange = exchange;
    this.answer = answer;
    this.forwarding = answer.forwarding();
    this.released = released;
  }

  void begin() {
    exchange.request().addFailureListener(this::clientGone);
    exchange
        .request()
        .addIdleTimeoutListener(timeout -> !arrived || ClientPresence.isGone(exchange));
    send();
  }

  private void send() {
    Forwarding.Upstream upstream = forwarding.upstream();
    Request sent =
        client
            .newRequest(upstream.host(), upstream.port())
            .scheme(upstream.scheme())
            .method(forwarding.method())
            .path(forwarding.target())
            .idleTimeout(Upstreams.IDLE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            .headers(this::setHeaders);
    request = sent;
    if (forwarding.upgrade() != null) {
      HttpUpgrader.Factory upgraders = version -> new Upgrader();
      sent.attribute(HttpUpgrader.Factory.class.getName(), upgraders);
    } else if (forwarding.body() && exchange.hasBody()) {
      sent.body(new ArrivingBody());
    } else {
      arrived = true;
    }
    sent.send(this);
  }

  private void setHeaders(HttpFields.Mutable fields) {
    forwarding.headers().asMap().forEach(fields::put);
    if (!fields.contains(HttpHeader.HOST) && forwarding.body()) {
      fields.put(HttpHeader.HOST, exchange.request().getHttpURI().getAuthority());
    }
  }

  private void clientGone(Throwable failure) {
    if (answered.compareAndSet(false, true)) {
      end(CLIENT_GONE, failure);
    }
    if (request != null) {
      request.abort(failure);
    }
  }

  @Override
  public void onContentSource(Response response, Content.Source body) {
    Forwarding.Answer judged;
    try {
      judged = forwarding.answers().answered(response.getStatus(), headers(response).endToEnd());
    } catch (ApiException e) {
      refuse(e.status());
      response.abort(e);
      return;
    }
    if (judged instanceof Forwarding.Answer.Passed passed) {
      pass(passed, body);
    } else {
      read((Forwarding.Answer.Made) judged, body, new ByteArrayOutputStream());
    }
  }

  private static Headers headers(Response response) {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (HttpField field : response.getHeaders()) {
      headers
          .computeIfAbsent(field.getName(), absent -> new ArrayList<>())
          .add(String.valueOf(field.getValue()));
    }
    return Headers.of(headers);
  }

  /** The head goes at once: what follows may take hours. */
  private void pass(Forwarding.Answer.Passed passed, Content.Source body) {
    if (!answered.compareAndSet(false, true)) {
      body.fail(new EofException("the client has gone"));
      return;
    }
    exchange.beginForwarded(
        passed.code(),
        forwarding.upgrade() == null ? answer.headers().plus(passed.headers()) : passed.headers());
    var sink = exchange.response();
    Callback end =
        Callback.from(
            () -> end(passed.code(), null),
            failure -> {
              body.fail(failure);
              end(passed.code(), failure);
            });
    sink.write(
        false,
        BufferUtil.EMPTY_BUFFER,
        Callback.from(() -> Content.copy(body, sink, end), end::failed));
  }

  private void end(int code, @Nullable Throwable failure) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    answer.ended().accept(code);
    if (failure == null) {
      exchange.callback().succeeded();
    } else {
      exchange.callback().failed(failure);
    }
  }

  /** Reads the body, or as much of it as is wanted. */
  private void read(Forwarding.Answer.Made made, Content.Source body, ByteArrayOutputStream read) {
    while (true) {
      Content.Chunk chunk = body.read();
      if (chunk == null) {
        body.demand(() -> read(made, body, read));
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        return;
      }
      byte[] bytes = BufferUtil.toArray(chunk.getByteBuffer());
      read.write(bytes, 0, Math.min(bytes.length, made.maxBytes() - read.size()));
      boolean last = chunk.isLast() || read.size() >= made.maxBytes();
      chunk.release();
      if (last) {
        make(made, read.toByteArray());
        body.fail(new EofException("no more is wanted"));
        return;
      }
    }
  }

  private void make(Forwarding.Answer.Made made, byte[] body) {
    try {
      ApiResponse.Complete whole = made.maker().apply(body);
      answer(whole.withHeaders(answer.headers().plus(whole.headers())));
    } catch (ApiException e) {
      refuse(e.status());
    }
  }

  @Override
  public void onComplete(Result result) {
    Throwable failure = result.getFailure();
    if (failure != null && mayComeTwice(result)) {
      sentAgain = true;
      send();
      return;
    }
    released.run();
    if (failure != null && !answered.get()) {
      refuse(
          failure instanceof AddressRefusedException
              ? forwarding.answers().refused()
              : forwarding.answers().failed(problem(failure)));
    }
  }

  /**
   * The other server may close a connection that was kept while a request is on its way to it. As
   * Go's client, this one asks again then, once.
   */
  private boolean mayComeTwice(Result result) {
    Throwable failure = result.getFailure();
    boolean closed =
        failure instanceof EOFException
            || failure instanceof ClosedChannelException
            || (failure instanceof SocketException && !(failure instanceof ConnectException));
    return closed
        && !sentAgain
        && !answered.get()
        && result.getResponse().getStatus() == 0
        && result.getRequest().getBody() == null
        && forwarding.upgrade() == null
        && SAFE_METHODS.contains(forwarding.method());
  }

  /** In the words of Go's client, for what happens often. */
  private String problem(Throwable failure) {
    Forwarding.Upstream upstream = forwarding.upstream();
    String address =
        upstream.host().indexOf(':') < 0 ? upstream.host() : '[' + upstream.host() + ']';
    String dial = "dial tcp " + address + ':' + upstream.port() + ": ";
    if (failure instanceof ConnectException) {
      return dial + "connect: connection refused";
    }
    if (failure instanceof SocketTimeoutException) {
      return dial + "i/o timeout";
    }
    return failure instanceof EOFException ? "EOF" : String.valueOf(failure.getMessage());
  }

  /** Answers nothing but this. */
  void refuse(Status status) {
    answer(answer.failure().apply(status));
  }

  private void answer(ApiResponse response) {
    if (answered.compareAndSet(false, true) && ended.compareAndSet(false, true)) {
      answer.ended().accept(response.code());
      if (awaited) {
        exchange.bodyAwaited();
      }
      exchange.answer(response);
    }
  }

  /** The client's body, as it arrives. */
  private final class ArrivingBody implements Request.Content {

    private volatile @Nullable Throwable failure;

    @Override
    public long getLength() {
      return exchange.request().getLength();
    }

    @Override
    public Content.@Nullable Chunk read() {
      Throwable failed = failure;
      if (failed != null) {
        return Content.Chunk.from(failed);
      }
      Content.Chunk chunk = exchange.request().read();
      if (chunk != null && chunk.isLast()) {
        arrived = true;
      }
      return chunk;
    }

    @Override
    public void demand(Runnable demanded) {
      awaited = true;
      exchange
          .request()
          .demand(
              () -> {
                awaited = false;
                demanded.run();
              });
    }

    /** The client still gets an answer. */
    @Override
    public void fail(Throwable cause) {
      failure = cause;
    }
  }

  /** Joins both connections when the other server has changed the protocol. */
  private final class Upgrader implements HttpUpgrader {

    @Override
    public void prepare(Request request) {}

    @Override
    public void upgrade(Response response, EndPoint upstream, Callback callback) {
      if (!answered.compareAndSet(false, true)) {
        callback.failed(new EofException("the client has gone"));
        return;
      }
      ended.set(true);
      var client = exchange.request().getConnectionMetaData().getConnection().getEndPoint();
      Runnable closed =
          exchange.heldOpen(
              () -> {
                answer.ended().accept(response.getStatus());
                released.run();
              });
      TunnelEnd tunnel =
          TunnelEnd.between(
              client,
              upstream,
              exchange.request().getComponents().getExecutor(),
              exchange.request().getComponents().getByteBufferPool(),
              closed);
      exchange.upgrade(headers(response), tunnel);
      callback.succeeded();
    }
  }
}
