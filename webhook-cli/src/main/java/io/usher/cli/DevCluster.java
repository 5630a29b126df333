package io.usher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.Optional;

/**
 * The cluster that kubectl points at.
 *
 * @param context what kubectl calls it
 * @param host how its API server reaches this machine, if that is known; then it is a local cluster
 */
record DevCluster(String context, Optional<String> host) {

  /** Reads {@code kubectl config view --minify -o json}. */
  static DevCluster of(JsonNode config) {
    String context = config.path("current-context").asText();
    String server = config.at("/clusters/0/cluster/server").asText();
    return new DevCluster(context, host(context, server));
  }

  private static Optional<String> host(String context, String server) {
    if (context.startsWith("kind-") || context.equals("docker-desktop")) {
      return Optional.of("host.docker.internal");
    }
    if (context.startsWith("k3d-")) {
      return Optional.of("host.k3d.internal");
    }
    if (context.equals("minikube")) {
      return Optional.of("host.minikube.internal");
    }
    return isLoopback(server) ? Optional.of("localhost") : Optional.empty();
  }

  /** An API server that is a process of this machine. */
  private static boolean isLoopback(String server) {
    String host = URI.create(server).getHost();
    return host != null
        && (host.equals("localhost") || host.matches("127\\.[0-9.]+") || host.equals("[::1]"));
  }
}
