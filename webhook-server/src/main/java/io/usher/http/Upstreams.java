package io.usher.http;

import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Forwarding;
import io.usher.apiserver.api.Forwarding.UpstreamTls;
import io.usher.apiserver.api.Status;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.eclipse.jetty.client.ContinueProtocolHandler;
import org.eclipse.jetty.client.EarlyHintsProtocolHandler;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.ProcessingProtocolHandler;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.UpgradeProtocolHandler;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The servers that an API server passes requests on to. Connections that are idle are used again by
 * requests to the same server; no thread waits for any of them.
 *
 * <p>Jetty's client, as the JDK's neither changes the protocol of a connection nor lets anybody say
 * which address it connects to.
 */
public final class Upstreams implements AutoCloseable {

  /** Each holds a connection, and some buffers, at both sides. */
  private static final int MAX_FORWARDED = 1000;

  private static final int MAX_HEADER_BYTES = 64 << 10;

  /** As Go's client waits for a connection. */
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);

  /** As kubelets wait for a stream that brings nothing. */
  static final Duration IDLE_TIMEOUT = Duration.ofHours(4);

  /** How long a connection is kept that no request uses. */
  private static final Duration KEPT = Duration.ofSeconds(60);

  /** Questions for names that wait, beside those that are asked. */
  private static final int MAX_QUESTIONS = 256;

  private static final int RESOLVING_THREADS = 8;

  /** One that selects for each client; the others read and write what others find ready. */
  private static final int NETWORK_THREADS = 16;

  /** By what they trust: kubelets, and all others. */
  private final Map<Key, HttpClient> clients = new ConcurrentHashMap<>();

  private final Semaphore places = new Semaphore(MAX_FORWARDED);
  private final QueuedThreadPool threads = new QueuedThreadPool(NETWORK_THREADS, 1);
  private final ThreadPoolExecutor resolving =
      new ThreadPoolExecutor(
          RESOLVING_THREADS,
          RESOLVING_THREADS,
          10,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MAX_QUESTIONS),
          task -> {
            var thread = new Thread(task, "upstream-names");
            thread.setDaemon(true);
            return thread;
          });

  /** Connections are shared by those alone who trust and allow the same. */
  private record Key(UpstreamTls tls, Predicate<InetAddress> allowed) {}

  Upstreams() {
    resolving.allowCoreThreadTimeOut(true);
    threads.setName("upstream");
    threads.setDaemon(true);
  }

  /** Passes a request on, and the answer back. */
  void forward(Exchange exchange, ApiResponse.Forwarded answer) {
    HttpClient client = client(answer.forwarding().upstream());
    var passage = new Passage(client, exchange, answer, places::release);
    if (places.tryAcquire()) {
      passage.begin();
    } else {
      passage.refuse(Status.tooManyRequests("too many requests are passed on", 1));
    }
  }

  private HttpClient client(Forwarding.Upstream upstream) {
    return clients.computeIfAbsent(new Key(upstream.tls(), upstream.allowed()), this::started);
  }

  private HttpClient started(Key key) {
    var tls = key.tls().verifiesHost() ? new SslContextFactory.Client() : new AnyHost();
    tls.setSslContext(key.tls().context());
    var connector = new ClientConnector();
    connector.setSelectors(1);
    connector.setSslContextFactory(tls);
    var client = new HttpClient(new HttpClientTransportOverHTTP(connector));
    client.setExecutor(threads);
    client.setConnectTimeout(CONNECT_TIMEOUT.toMillis());
    client.setIdleTimeout(KEPT.toMillis());
    client.setFollowRedirects(false);
    client.setHttpCookieStore(new HttpCookieStore.Empty());
    client.setUserAgentField(null);
    client.setDefaultRequestContentType(null);
    client.setMaxConnectionsPerDestination(MAX_FORWARDED);
    client.setMaxRequestsQueuedPerDestination(MAX_FORWARDED);
    client.setDestinationIdleTimeout(KEPT.toMillis());
    client.setMaxRequestHeadersSize(2 * MAX_HEADER_BYTES);
    client.setMaxResponseHeadersSize(MAX_HEADER_BYTES);
    client.setUseInputDirectByteBuffers(false);
    client.setUseOutputDirectByteBuffers(false);
    client.setSocketAddressResolver(
        new CheckedResolver(InetAddress::getAllByName, key.allowed(), resolving));
    try {
      // First, so that it ends with none of the clients.
      threads.start();
      client.start();
    } catch (Exception e) {
      throw new IllegalStateException("start a client of other servers", e);
    }
    client.getContentDecoderFactories().clear();
    client.getProtocolHandlers().clear();
    client.getProtocolHandlers().put(new ContinueProtocolHandler());
    client.getProtocolHandlers().put(new ProcessingProtocolHandler());
    client.getProtocolHandlers().put(new EarlyHintsProtocolHandler());
    client.getProtocolHandlers().put(new AnyUpgrade());
    return client;
  }

  @Override
  public void close() {
    resolving.shutdownNow();
    try {
      for (HttpClient client : clients.values()) {
        client.stop();
      }
      threads.stop();
    } catch (Exception e) {
      throw new IllegalStateException("stop the clients of other servers", e);
    }
  }

  /** Trusts a server whatever its host. */
  private static final class AnyHost extends SslContextFactory.Client {

    AnyHost() {
      setEndpointIdentificationAlgorithm(null);
    }

    /** It is meant so, and no matter for the log. */
    @Override
    protected void checkEndPointIdentificationAlgorithm() {}
  }

  /** Jetty's own handler takes WebSockets alone. */
  private static final class AnyUpgrade extends UpgradeProtocolHandler {

    @Override
    protected boolean acceptHeaders(Request request, Response response) {
      return true;
    }
  }
}
