package io.usher.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.Optional;

/**
 * The cluster that kubectl points at.
 *
 * @param context what kubectl calls it
 * @param server its API server's URL
 * @param local whether a tool that makes local clusters named the context; a loopback URL alone may
 *     be the end of a tunnel to any cluster
 * @param host how its API server reaches this machine, if that is known
 */
record DevCluster(String context, String server, boolean local, Optional<String> host) {

  /** Reads {@code kubectl config view --minify -o json}. */
  static DevCluster of(JsonNode config) {
    String context = config.path("current-context").asText();
    String server = config.at("/clusters/0/cluster/server").asText();
    Optional<String> named = hostByTool(context);
    return new DevCluster(
        context,
        server,
        named.isPresent(),
        named.or(() -> isLoopback(server) ? Optional.of("localhost") : Optional.empty()));
  }

  private static Optional<String> hostByTool(String context) {
    if (context.startsWith("kind-") || context.equals("docker-desktop")) {
      return Optional.of("host.docker.internal");
    }
    if (context.startsWith("k3d-")) {
      return Optional.of("host.k3d.internal");
    }
    return context.equals("minikube") ? Optional.of("host.minikube.internal") : Optional.empty();
  }

  private static boolean isLoopback(String server) {
    String host = URI.create(server).getHost();
    return host != null && isLoopbackHost(host);
  }

  /** Whether only this machine reaches itself by this name. */
  static boolean isLoopbackHost(String host) {
    return host.equals("localhost") || host.matches("127\\.[0-9.]+|\\[?::1]?");
  }
}
