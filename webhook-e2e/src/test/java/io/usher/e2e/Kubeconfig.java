package io.usher.e2e;

import java.net.URI;

/** What kubectl and its like are given. */
final class Kubeconfig {

  private Kubeconfig() {}

  /**
   * One server and one user.
   *
   * @param caBundle base64 of PEM
   */
  static String of(URI server, String caBundle, String token) {
    return """
        apiVersion: v1
        kind: Config
        current-context: e2e
        clusters:
        - name: e2e
          cluster: {server: %s, certificate-authority-data: %s}
        users:
        - name: e2e
          user: {token: %s}
        contexts:
        - name: e2e
          context: {cluster: e2e, user: e2e}
        """
        .formatted(server, caBundle, token);
  }
}
