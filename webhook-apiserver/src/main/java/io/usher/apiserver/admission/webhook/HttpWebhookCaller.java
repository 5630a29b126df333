package io.usher.apiserver.admission.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GoText;
import io.usher.apiserver.review.LimitedBody;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Calls webhooks over HTTPS. Each must show a certificate that its {@code caBundle} vouches for, or
 * one of the JDK's CAs where it has none.
 */
public final class HttpWebhookCaller implements WebhookCaller {

  /** Finds the address of a webhook that is a Service. */
  @FunctionalInterface
  public interface ServiceResolver {

    /** {@code https://NAME.NAMESPACE.svc:PORT}, as in a cluster. */
    ServiceResolver CLUSTER =
        (namespace, name, port) -> URI.create("https://" + name + "." + namespace + ".svc:" + port);

    /** Where the Service is; the webhook's certificate must be for this host. */
    URI resolve(String namespace, String name, int port);
  }

  private static final int HTTPS = 443;

  /** A patch can be no larger than what it makes of an object, which the server bounds. */
  private static final int MAX_ANSWER_BYTES = 8 << 20;

  private final JsonMapper json = new JsonMapper();
  private final ServiceResolver services;

  /** By bundle, as each has a trust of its own. */
  private final Map<String, HttpClient> clients = new ConcurrentHashMap<>();

  public HttpWebhookCaller(ServiceResolver services) {
    this.services = services;
  }

  @Override
  public JsonNode call(WebhookEndpoint webhook, ObjectNode review) throws WebhookCallException {
    URI uri = uri(webhook);
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, */*")
            .timeout(Duration.ofSeconds(webhook.timeoutSeconds()))
            .POST(HttpRequest.BodyPublishers.ofByteArray(bytes(review)))
            .build();
    HttpResponse<byte[]> answer = send(webhook, request);
    if (answer.statusCode() / 100 != 2) {
      throw WebhookCallException.answered(answer.statusCode(), answer.body());
    }
    try {
      return json.readTree(answer.body());
    } catch (IOException e) {
      String problem =
          e instanceof JsonProcessingException bad ? bad.getOriginalMessage() : e.getMessage();
      throw failed("couldn't decode the answer: " + problem);
    }
  }

  /** The timeout is for the whole exchange: the client's own ends with the answer's head. */
  private HttpResponse<byte[]> send(WebhookEndpoint webhook, HttpRequest request)
      throws WebhookCallException {
    String what = "Post " + GoText.quote(request.uri().toString()) + ": ";
    var exchange = client(webhook).sendAsync(request, head -> new LimitedBody(MAX_ANSWER_BYTES));
    try {
      return exchange.get(webhook.timeoutSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      exchange.cancel(true);
      throw failed(what + "context deadline exceeded");
    } catch (ExecutionException e) {
      throw failed(what + problem(request.uri(), e.getCause()));
    } catch (InterruptedException e) {
      exchange.cancel(true);
      Thread.currentThread().interrupt();
      throw failed(what + "context canceled");
    }
  }

  private static String problem(URI uri, @Nullable Throwable cause) {
    if (cause instanceof HttpTimeoutException) {
      return "context deadline exceeded";
    }
    if (cause instanceof ConnectException) {
      return "dial tcp " + address(uri) + ":" + uri.getPort() + ": connect: connection refused";
    }
    return cause == null ? "no details" : String.valueOf(cause.getMessage());
  }

  private static String address(URI uri) {
    try {
      return InetAddress.getByName(uri.getHost()).getHostAddress();
    } catch (UnknownHostException e) {
      return uri.getHost();
    }
  }

  private URI uri(WebhookEndpoint webhook) throws WebhookCallException {
    JsonNode config = webhook.clientConfig();
    JsonNode service = config.path("service");
    URI base;
    try {
      if (service.isObject()) {
        URI address =
            services.resolve(
                service.path("namespace").asText(),
                service.path("name").asText(),
                service.path("port").asInt(HTTPS));
        base = address.resolve(service.path("path").asText("/"));
      } else {
        base = URI.create(config.path("url").asText());
      }
      if (!"https".equals(base.getScheme()) || base.getHost() == null) {
        throw failed("webhook configuration must have either service or URL");
      }
      int port = base.getPort() < 0 ? HTTPS : base.getPort();
      String path = base.getRawPath().isEmpty() ? "/" : base.getRawPath();
      return URI.create(
          "https://"
              + base.getHost()
              + ':'
              + port
              + path
              + "?timeout="
              + webhook.timeoutSeconds()
              + 's');
    } catch (IllegalArgumentException e) {
      throw failed("Unparsable URL: " + e.getMessage());
    }
  }

  private HttpClient client(WebhookEndpoint webhook) throws WebhookCallException {
    String bundle = webhook.clientConfig().path("caBundle").asText();
    HttpClient client = clients.get(bundle);
    if (client == null) {
      client = client(bundle);
      clients.put(bundle, client);
    }
    return client;
  }

  private static HttpClient client(String bundle) throws WebhookCallException {
    HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
    if (bundle.isEmpty()) {
      return builder.build();
    }
    try {
      byte[] pem = Base64.getDecoder().decode(bundle);
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (Certificate each :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))) {
        store.setCertificateEntry(Integer.toString(store.size()), each);
      }
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return builder.sslContext(context).build();
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
      throw new WebhookCallException("could not get REST client: caBundle: " + e.getMessage());
    }
  }

  private static byte[] bytes(ObjectNode review) {
    return review.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static WebhookCallException failed(String why) {
    return new WebhookCallException("failed to call webhook: " + why);
  }
}
