package io.usher.connection;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the API server is, and who asks. */
public final class Connection {

  private Connection() {}

  /**
   * Asks as a Pod's ServiceAccount does, or as a kubeconfig says.
   *
   * @param kubeconfig null for what {@code KUBECONFIG} names, else the Pod's ServiceAccount, else
   *     the kubeconfig of the home directory
   * @throws IllegalArgumentException when the kubeconfig is none
   */
  public static Config config(@Nullable Path kubeconfig) {
    try {
      return kubeconfig == null
          ? Config.autoConfigure(null)
          : Config.fromKubeconfig(kubeconfig.toFile());
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("read the kubeconfig: " + e.getMessage(), e);
    }
  }

  /** Makes a client that goes where it is told, and nowhere else. */
  public static KubernetesClientBuilder client(Config config) {
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withHttpClientFactory(new NoRedirects());
  }

  /** The client says what it was about to do, and its cause why it could not. */
  public static String reason(RuntimeException failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause == failure
        ? String.valueOf(failure.getMessage())
        : failure.getMessage() + " " + cause;
  }
}
