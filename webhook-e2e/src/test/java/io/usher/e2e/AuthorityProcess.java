package io.usher.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code usher authority} as a process of its own, with the rights of its service account. */
final class AuthorityProcess implements AutoCloseable {

  static final String NAME = "labeler";
  static final String NAMESPACE = "labeler-system";

  private static final String ACCOUNT =
      "/api/v1/namespaces/" + NAMESPACE + "/serviceaccounts/" + NAME + "-authority";

  private final Process process;
  private final int healthPort;

  private AuthorityProcess(Process process, int healthPort) {
    this.process = process;
    this.healthPort = healthPort;
  }

  /**
   * Starts processes.
   *
   * @param server usher.jar
   * @param work where logs go
   * @param kubeconfig with the token of the service account
   */
  record Launcher(Path server, Path work, Path kubeconfig) {

    /** Asks for a token, as kubelet does. */
    static Launcher of(UsherProcess.Launcher usher, KubernetesApi api, Kubectl kubectl)
        throws IOException {
      ObjectNode request =
          Documents.yaml("{apiVersion: authentication.k8s.io/v1, kind: TokenRequest, spec: {}}");
      JsonNode token = api.create(ACCOUNT + "/token", request).accepted().at("/status/token");
      ObjectNode config =
          Documents.yaml(kubectl.run("", "config", "view", "--raw", "-o", "json").out());
      config.withArray("/users").removeAll();
      ObjectNode user = config.withArray("/users").addObject().put("name", "authority");
      user.putObject("user").set("token", token);
      config.withObject("/contexts/0/context").put("user", "authority");
      Path file = usher.work().resolve("authority.kubeconfig");
      Files.writeString(file, config.toString());
      return new Launcher(usher.server(), usher.work(), file);
    }

    /** Looks at the cluster every second; the log is of this name. */
    AuthorityProcess start(String name, String... flags) {
      int healthPort = UsherProcess.freePort();
      var command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx96m",
                  "-jar",
                  server.toString(),
                  "authority",
                  "--name=" + NAME,
                  "--namespace=" + NAMESPACE,
                  "--dns=" + Cluster.dnsName(Cluster.USHER_SERVICE),
                  "--interval=1s",
                  "--health-host=127.0.0.1",
                  "--health-port=" + healthPort));
      command.addAll(List.of(flags));
      var builder = ChildProcess.builder(work.resolve(name + ".log"), command);
      builder.environment().put("KUBECONFIG", kubeconfig.toString());
      try {
        return new AuthorityProcess(builder.start(), healthPort);
      } catch (IOException e) {
        throw new UncheckedIOException("start " + command, e);
      }
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Whether its last look found, or made, all as it should be. */
  boolean isReady() {
    return get("/readyz").equals("200 ok");
  }

  /** Status and text of what the path answers, empty as long as nobody does. */
  String get(String path) {
    var uri = URI.create("http://127.0.0.1:" + healthPort + path);
    try {
      var answer =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting", e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
