package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A kube-apiserver with its etcd that has no flags but those it can't do without, and some: the
 * suite's own is started by a library that chooses, among others, the authorization mode.
 */
final class PlainApiServer implements AutoCloseable {

  /** The token of user {@code root}, who may do everything. */
  static final String ADMIN = "plain-admin";

  /** The token of user {@code guest}, who may do what everybody may. */
  static final String GUEST = "plain-guest";

  private static final String TOKENS = ADMIN + ",root,1,system:masters\n" + GUEST + ",guest,2\n";

  /** etcd, and then kube-apiserver. */
  private final List<Process> processes = new ArrayList<>();

  private final URI etcd;
  private final List<String> command;
  private final Path log;
  private final Path tokens;
  private final URI uri;
  private final Path certificate;
  private final KubernetesApi api;

  /**
   * Starts both, and waits until the server is ready.
   *
   * @param assets the folder of kube-apiserver and etcd
   * @param work an empty folder for what they keep
   * @param flags of kube-apiserver
   */
  PlainApiServer(Path assets, Path work, String... flags) throws IOException {
    int etcdPort = UsherProcess.freePort();
    int peers = UsherProcess.freePort();
    int port = UsherProcess.freePort();
    tokens = Files.writeString(work.resolve("tokens.csv"), TOKENS);
    certificate = work.resolve("certificates/apiserver.crt");
    uri = URI.create("https://127.0.0.1:" + port);
    Path key = writeKey(work.resolve("service-accounts.pem"));
    log = work.resolve("kube-apiserver.log");
    String etcdUrl = "http://127.0.0.1:" + etcdPort;
    etcd = URI.create(etcdUrl);
    start(
        work.resolve("etcd.log"),
        List.of(
            assets.resolve("etcd").toString(),
            "--data-dir=" + work.resolve("etcd"),
            "--listen-client-urls=" + etcdUrl,
            "--advertise-client-urls=" + etcdUrl,
            "--listen-peer-urls=http://127.0.0.1:" + peers));
    command =
        new ArrayList<>(
            List.of(
                assets.resolve("kube-apiserver").toString(),
                "--etcd-servers=" + etcdUrl,
                "--bind-address=127.0.0.1",
                "--secure-port=" + port,
                "--cert-dir=" + certificate.getParent(),
                "--token-auth-file=" + tokens,
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + key,
                "--service-account-signing-key-file=" + key,
                "--service-cluster-ip-range=10.0.0.0/24"));
    command.addAll(List.of(flags));
    try {
      start(log, command);
      Eventually.eventually(() -> assertThat(certificate).exists());
      api = new KubernetesApi(uri, ADMIN, CertificateFiles.trusting(certificate));
      Eventually.eventually(() -> requireReady(api));
    } catch (IOException | RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private static void requireReady(KubernetesApi api) {
    try {
      api.get("/readyz").accepted();
    } catch (UncheckedIOException e) {
      throw new AssertionError("kube-apiserver does not listen yet", e);
    }
  }

  KubernetesApi api() {
    return api;
  }

  /** The same for whoever shows this token, which may be empty. */
  KubernetesApi api(String token) {
    return new KubernetesApi(uri, token, CertificateFiles.trusting(certificate));
  }

  /** The same for whoever shows this certificate. */
  KubernetesApi api(CertificateFiles certificates, String shown) {
    return new KubernetesApi(uri, "", certificates.showing(shown, certificate));
  }

  /** What its administrator's clients are given. */
  String kubeconfig() throws IOException {
    return kubeconfig(ADMIN);
  }

  /** What the clients of a token's owner are given. */
  String kubeconfig(String token) throws IOException {
    String caBundle = Base64.getEncoder().encodeToString(Files.readAllBytes(certificate));
    return Kubeconfig.of(uri, caBundle, token);
  }

  /** The file of its tokens, for another server that shall know the same callers. */
  Path tokens() {
    return tokens;
  }

  /** The same server for requests that no client makes. */
  RawClient raw() {
    return new RawClient(uri, CertificateFiles.trusting(certificate));
  }

  /** The same server for watches of its administrator, each on a connection of its own. */
  LastingWatch.Server watched() {
    HttpClient client =
        HttpClient.newBuilder()
            .sslContext(CertificateFiles.trusting(certificate))
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    return new LastingWatch.Server(client, uri, ADMIN);
  }

  /** The server stands still from now on; its connections stay open. */
  void freeze() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** It goes on. */
  void thaw() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    long pid = processes.get(1).pid();
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
    assertThat(kill.waitFor()).as("kill -" + name).isZero();
  }

  /** Ends the server, has etcd forget what was before, and starts it again on its port. */
  void restartCompacted() throws IOException {
    end(processes.remove(1));
    String revision = etcd("range", "{\"key\": \"AA==\"}").at("/header/revision").asText();
    etcd("compaction", "{\"revision\": \"" + revision + "\", \"physical\": true}");
    processes.add(1, ChildProcess.builder(log, command).start());
    Eventually.eventually(() -> requireReady(api));
  }

  /** A call of etcd's gateway from JSON to gRPC. */
  private JsonNode etcd(String method, String body) throws IOException {
    var request =
        HttpRequest.newBuilder(etcd.resolve("/v3/kv/" + method))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().sendAsync(request, HttpResponse.BodyHandlers.ofString()).join();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Documents.JSON.readTree(answer.body());
  }

  /** Runs a program beside both, which ends before them. */
  void start(Path log, List<String> command) throws IOException {
    processes.add(ChildProcess.builder(log, command).start());
  }

  private static Path writeKey(Path file) throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
      String pem = Base64.getMimeEncoder().encodeToString(key);
      return Files.writeString(
          file, "-----BEGIN PRIVATE KEY-----\n" + pem + "\n-----END PRIVATE KEY-----\n");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has RSA", e);
    }
  }

  @Override
  public void close() {
    // The API server before its etcd, which it would complain of.
    for (int i = processes.size() - 1; i >= 0; i--) {
      end(processes.get(i));
    }
  }

  private static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
