package io.usher.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.usher.admission.GroupVersionResource;
import io.usher.certs.PemFile;
import io.usher.connection.Connection;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ProtocolException;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A server of the Kubernetes kind, or one that answers reviews. Thread-safe. */
public final class ClusterClient implements AutoCloseable {

  /** Reviews and objects; what is longer is none. */
  private static final int MAX_ANSWER_BYTES = 4 << 20;

  private final KubernetesClient client;
  private final String url;
  private final Duration timeout;

  private ClusterClient(Config connection, Duration timeout) {
    // Tries again by itself otherwise, where nobody sees it.
    connection.setRequestRetryBackoffLimit(0);
    nameKeyAlgorithm(connection);
    client = new KubernetesClientBuilder().withConfig(connection).build();
    url = client.getConfiguration().getMasterUrl().replaceFirst("/+$", "");
    this.timeout = timeout;
  }

  /**
   * Connects at the first request.
   *
   * @param kubeconfig null for what {@code KUBECONFIG} names, else the Pod's ServiceAccount, else
   *     the kubeconfig of the home directory
   * @param timeout of a request
   * @throws IllegalArgumentException when the kubeconfig is none
   */
  public static ClusterClient open(@Nullable Path kubeconfig, Duration timeout) {
    return new ClusterClient(Connection.config(kubeconfig), timeout);
  }

  /** fabric8 takes a key in PKCS #8 for one of RSA. */
  private static void nameKeyAlgorithm(Config connection) {
    try {
      byte[] pem = null;
      if (connection.getClientKeyData() != null) {
        pem = Base64.getDecoder().decode(connection.getClientKeyData());
      } else if (connection.getClientKeyFile() != null) {
        pem = Files.readAllBytes(Path.of(connection.getClientKeyFile()));
      }
      if (pem != null) {
        connection.setClientKeyAlgo(new PemFile("client-key", pem).privateKey().getAlgorithm());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("read " + connection.getClientKeyFile(), e);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the kubeconfig's " + e.getMessage(), e);
    }
  }

  /**
   * What the server said.
   *
   * @param retryAfter whether it asks to come again
   */
  public record Answer(int code, byte[] body, boolean retryAfter) {}

  /** A change of an object; as it was before when it is deleted. */
  public record Change(Type type, ObjectNode object) {

    /** What happened. */
    public enum Type {
      ADDED,
      MODIFIED,
      DELETED
    }
  }

  /** The objects of a resource can't be followed; the message is the server's, if it gave one. */
  public static final class UnreadableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;

    /**
     * A resource is not readable.
     *
     * @param code the status of the server's answer; 0 where there was none
     */
    public UnreadableException(String message, int code, @Nullable Throwable cause) {
      super(message, cause);
      this.code = code;
    }

    private static UnreadableException of(RuntimeException failure) {
      for (Throwable each = failure; each != null; each = each.getCause()) {
        if (each instanceof KubernetesClientException answered && answered.getCode() != 0) {
          String message = answered.getStatus() == null ? null : answered.getStatus().getMessage();
          return new UnreadableException(
              message == null ? "answered " + answered.getCode() : message,
              answered.getCode(),
              failure);
        }
      }
      return new UnreadableException(Connection.reason(failure), 0, failure);
    }

    /** The status of the server's answer; 0 where there was none. */
    public int code() {
      return code;
    }
  }

  /**
   * Sends JSON.
   *
   * @param path below the server's URL, with a slash at its beginning; empty for the URL itself
   */
  public Answer post(String path, byte[] json) throws IOException {
    return send(
        client
            .getHttpClient()
            .newHttpRequestBuilder()
            .uri(url + path)
            .post("application/json", json),
        path);
  }

  /** Reads a path. */
  public Answer get(String path) throws IOException {
    return send(client.getHttpClient().newHttpRequestBuilder().uri(url + path), path);
  }

  private Answer send(HttpRequest.Builder request, String path) throws IOException {
    CompletableFuture<HttpResponse<InputStream>> exchange =
        client
            .getHttpClient()
            .sendAsync(request.header("Accept", "application/json").build(), InputStream.class);
    try {
      HttpResponse<InputStream> response = exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      try (InputStream in = response.body()) {
        byte[] body = in.readNBytes(MAX_ANSWER_BYTES + 1);
        if (body.length > MAX_ANSWER_BYTES) {
          throw new ProtocolException("the answer has more than " + MAX_ANSWER_BYTES + " bytes");
        }
        return new Answer(response.code(), body, response.header("Retry-After") != null);
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    } catch (TimeoutException e) {
      exchange.cancel(true);
      throw new HttpTimeoutException(url + path + ": no answer in " + timeout.toSeconds() + " s");
    } catch (InterruptedException e) {
      exchange.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for " + url + path);
    }
  }

  /**
   * Tells of every object that is there before it returns, and then of every change, in order.
   *
   * @param listener called by one thread at a time; must not wait
   * @return ends it
   * @throws UnreadableException when the objects can't be read
   */
  public AutoCloseable follow(GroupVersionResource resource, Consumer<Change> listener) {
    return follow(
        client.genericKubernetesResources(context(resource, false)).inAnyNamespace(), listener);
  }

  /**
   * Does the same with one object, which need not be there.
   *
   * @param namespace the object's
   */
  public AutoCloseable follow(
      GroupVersionResource resource, String namespace, String name, Consumer<Change> listener) {
    return follow(
        client
            .genericKubernetesResources(context(resource, true))
            .inNamespace(namespace)
            .withName(name),
        listener);
  }

  /**
   * Does the same with the objects of a namespace that have these labels.
   *
   * @param labels all of them
   */
  public AutoCloseable follow(
      GroupVersionResource resource,
      String namespace,
      Map<String, String> labels,
      Consumer<Change> listener) {
    return follow(
        client
            .genericKubernetesResources(context(resource, true))
            .inNamespace(namespace)
            .withLabels(labels),
        listener);
  }

  private static ResourceDefinitionContext context(
      GroupVersionResource resource, boolean namespaced) {
    return new ResourceDefinitionContext.Builder()
        .withGroup(resource.group())
        .withVersion(resource.version())
        .withPlural(resource.resource())
        .withNamespaced(namespaced)
        .build();
  }

  private AutoCloseable follow(
      Informable<GenericKubernetesResource> resources, Consumer<Change> listener) {
    SharedIndexInformer<GenericKubernetesResource> informer = resources.runnableInformer(0);
    var listed = new CompletableFuture<Void>();
    informer.addEventHandler(
        new ResourceEventHandler<>() {
          @Override
          public void onList(String resourceVersion, boolean unseenAreDeleted) {
            listed.complete(null);
          }

          @Override
          public void onAdd(GenericKubernetesResource object) {
            tell(Change.Type.ADDED, object);
          }

          @Override
          public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource now) {
            tell(Change.Type.MODIFIED, now);
          }

          @Override
          public void onDelete(GenericKubernetesResource object, boolean unseen) {
            tell(Change.Type.DELETED, object);
          }

          private void tell(Change.Type type, GenericKubernetesResource object) {
            listener.accept(
                new Change(
                    type,
                    client.getKubernetesSerialization().convertValue(object, ObjectNode.class)));
          }
        });
    // Once it has begun, an API server that goes comes back.
    informer.exceptionHandler((begun, failure) -> begun);
    try {
      informer.run();
    } catch (RuntimeException e) {
      informer.stop();
      throw UnreadableException.of(e);
    }
    try {
      // The listener is told on another thread.
      listed.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      informer.stop();
      throw new UnreadableException("the list was not told in " + timeout.toSeconds() + " s", 0, e);
    } catch (InterruptedException e) {
      informer.stop();
      Thread.currentThread().interrupt();
      throw new UnreadableException("interrupted while waiting for a list", 0, e);
    }
    return informer::stop;
  }

  @Override
  public void close() {
    client.close();
  }
}
