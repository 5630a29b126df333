package io.usher.http;

import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Headers;
import io.usher.observe.Caller;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * One call and its answer, from its headers to the last byte. It counts as a request of its
 * connection until then.
 */
final class Exchange implements HttpCall, Responder {

  private static final HttpField JSON =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, ContentType.JSON);

  /** Methods whose requests have bodies: HTTP/2 need not say how long they are. */
  private static final Set<String> BODIES = Set.of("POST", "PUT", "PATCH");

  private final Router router;
  private final ClientConnections port;
  private final ClientConnection connection;
  private final Request request;
  private final Response response;
  private final Callback callback;
  private Caller caller = Caller.ANYONE;
  private boolean served;

  /** Whether nobody has read the body. */
  private boolean unread;

  Exchange(
      Router router,
      ClientConnections port,
      Request request,
      Response response,
      Callback callback) {
    this.router = router;
    this.port = port;
    this.request = request;
    this.response = response;
    this.connection =
        port.requestBegan(request.getConnectionMetaData().getConnection().getEndPoint());
    this.callback = Callback.from(callback, this::ended);
  }

  private void ended() {
    port.requestEnded(connection);
  }

  Request request() {
    return request;
  }

  Response response() {
    return response;
  }

  /** Ends the exchange: whoever writes to the response itself calls it. */
  Callback callback() {
    return callback;
  }

  /** Whether a body comes behind the head. */
  boolean hasBody() {
    if (request.getLength() >= 0) {
      return request.getLength() > 0;
    }
    return request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_2
        ? BODIES.contains(request.getMethod())
        : request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
  }

  /**
   * Somebody waits for more of the body, so that nobody can read the rest behind an answer: its
   * connection is closed.
   */
  void bodyAwaited() {
    unread = false;
    closeAfterwards();
  }

  /** The body is left to whoever the call is passed on to. */
  void bodyUnread() {
    unread = true;
  }

  /** A route serves the call of this caller. */
  void servedTo(Caller known) {
    caller = known;
    served = true;
  }

  @Override
  public void answer(int status, String contentType, int retryAfterSeconds, byte[] body) {
    var headers = response.getHeaders();
    if (contentType.equals(ContentType.JSON)) {
      headers.add(JSON);
    } else {
      headers.add(HttpHeader.CONTENT_TYPE, contentType);
    }
    if (retryAfterSeconds > 0) {
      headers.add(HttpHeader.RETRY_AFTER, retryAfterSeconds);
    }
    if (served && status == 200) {
      connection.callAnswered();
    }
    begin(status);
    write(true, ByteBuffer.wrap(body), callback);
  }

  @Override
  public void answer(int status, Map<String, List<String>> headers, List<ByteBuffer> parts) {
    putHeaders(headers);
    long length = parts.stream().mapToLong(ByteBuffer::remaining).sum();
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, length);
    if (served && status < 300) {
      connection.callAnswered();
    }
    boolean drains = unread && hasBody();
    if (drains) {
      closeAfterwards();
    }
    begin(status);
    new PartsWriter(this, parts, length, drains ? drained() : callback).iterate();
  }

  /** As {@link #answer(int, Map, List)}. */
  void answer(ApiResponse response) {
    answer(response.code(), response.headers().asMap(), ((ApiResponse.Complete) response).body());
  }

  @Override
  public void forward(ApiResponse.Forwarded answer, Upstreams upstreams) {
    upstreams.forward(this, answer);
  }

  /** The head of an answer that another server has given. */
  void beginForwarded(int status, Headers headers) {
    putHeaders(headers.asMap());
    connection.takesItsTime();
    if (served && status < 300) {
      connection.callAnswered();
    }
    begin(status);
  }

  /**
   * The connection counts as one with a request under way, until what is returned is run.
   *
   * @param then run with it
   */
  Runnable heldOpen(Runnable then) {
    var held = port.requestBegan(request.getConnectionMetaData().getConnection().getEndPoint());
    held.takesItsTime();
    return () -> {
      port.requestEnded(held);
      then.run();
    };
  }

  /** Changes the protocol of the connection. */
  void upgrade(Headers headers, TunnelEnd next) {
    response.setStatus(HttpStatus.SWITCHING_PROTOCOLS_101);
    putHeaders(headers.asMap());
    request.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, next);
    response.write(
        true,
        BufferUtil.EMPTY_BUFFER,
        Callback.from(
            callback::succeeded,
            failure -> {
              next.end(failure);
              callback.failed(failure);
            }));
  }

  /** A line for each value: some clients take no list of warnings. */
  private void putHeaders(Map<String, List<String>> headers) {
    headers.forEach(
        (name, values) -> values.forEach(value -> response.getHeaders().add(name, value)));
  }

  @Override
  public AnswerStream beginMessages() {
    return WebSocketStream.begin(this);
  }

  @Override
  public void abort() {
    request.getConnectionMetaData().getConnection().getEndPoint().close();
    callback.failed(new EofException("the request is aborted"));
  }

  @Override
  public AnswerStream begin(int status, Map<String, List<String>> headers) {
    putHeaders(headers);
    begin(status);
    return new ExchangeStream(this);
  }

  private void begin(int status) {
    response.setStatus(status);
    if (router.closesAfterAnswers()) {
      closeAfterwards();
      Router.goAway(request.getConnectionMetaData().getConnection());
    }
  }

  /**
   * Answers before the body has been read, and then reads on so that the client gets the answer.
   */
  void refuse(Refusal refusal) {
    refuse(refusal, drained());
  }

  /** Reads on behind an answer, to the end of the exchange. */
  private Callback drained() {
    var drain = new Drain(this, router.slowClients(), router.mostDrained());
    return Callback.from(drain::read, callback::failed);
  }

  /** Answers a call whose body does not come, and closes its connection or stream. */
  void cutOff(Refusal refusal, Throwable failure) {
    refuse(refusal, Callback.from(() -> callback.failed(failure), callback::failed));
  }

  private void refuse(Refusal refusal, Callback then) {
    var headers = response.getHeaders();
    headers.add(JSON);
    refusal.headers().forEach(headers::put);
    if (request.getLength() != 0) {
      closeAfterwards();
    }
    begin(refusal.status());
    write(true, ByteBuffer.wrap(refusal.body()), then);
  }

  /** Sends bytes; the client has its time to take them. */
  void write(boolean last, ByteBuffer bytes, Callback then) {
    PendingAnswer.write(
        request,
        response,
        last,
        bytes,
        router.writeTimeout(),
        router.slowClients(),
        router.budget(),
        then);
  }

  /** HTTP/2 has no such header, as one of its connections goes on for the other requests. */
  private void closeAfterwards() {
    if (request.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_2) {
      response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
    }
  }

  @Override
  public String method() {
    return request.getMethod();
  }

  @Override
  public String path() {
    return request.getHttpURI().getPath();
  }

  @Override
  public @Nullable String query() {
    return request.getHttpURI().getQuery();
  }

  @Override
  public @Nullable String header(String name) {
    return request.getHeaders().get(name);
  }

  @Override
  public Map<String, List<String>> headers() {
    Map<String, List<String>> found = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String name : request.getHeaders().getFieldNamesCollection()) {
      found.put(name, request.getHeaders().getValuesList(name));
    }
    return found;
  }

  @Override
  public long contentLength() {
    return request.getLength();
  }

  @Override
  public long beganNanos() {
    return request.getBeginNanoTime();
  }

  @Override
  public @Nullable SocketAddress remoteAddress() {
    return request.getConnectionMetaData().getRemoteSocketAddress();
  }

  @Override
  public List<X509Certificate> clientCertificates() {
    var tls = request.getConnectionMetaData().getConnection().getEndPoint().getSslSessionData();
    var chain = tls == null ? null : tls.peerCertificates();
    return chain == null ? List.of() : List.of(chain);
  }

  @Override
  public Caller caller() {
    return caller;
  }
}
