package io.usher.cli;

import com.example.rules.ServedRules;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * {@code usher serve} in a process of its own, with {@link ServedRules} and throwaway certificates.
 */
final class ServedProcess implements AutoCloseable {

  private static final HttpClient PLAIN = HttpClient.newHttpClient();

  static final String PATH = "/mutate/served.example.com";

  private final Path directory;
  private final Process process;
  private int port;
  private int healthPort;

  /** Starts it, and does not wait. */
  ServedProcess(Path directory, Map<String, String> environment, List<String> jvm, String... flags)
      throws IOException {
    this(
        directory,
        environment,
        jvm,
        Stream.concat(
                Stream.of("--rules", RuleFolder.write(directory, ServedRules.class).toString()),
                Stream.of(flags))
            .toList());
  }

  private ServedProcess(
      Path directory, Map<String, String> environment, List<String> jvm, List<String> flags)
      throws IOException {
    this.directory = directory;
    var command = new ArrayList<>(List.of(java(), "-Xmx96m"));
    command.addAll(jvm);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.usher.cli.Usher"));
    command.add("serve");
    command.addAll(List.of("--host", "127.0.0.1", "--health-host", "127.0.0.1"));
    command.addAll(List.of("--port-file", directory.resolve("ports.json").toString()));
    command.addAll(flags);
    var builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    process =
        builder
            .redirectOutput(directory.resolve("out").toFile())
            .redirectError(directory.resolve("err").toFile())
            .start();
  }

  /** A server on free ports with throwaway certificates, ready. */
  static ServedProcess ready(Path directory, String... flags) throws Exception {
    return new ServedProcess(
            directory, Map.of(), List.of(), freePorts(directory, flags).toArray(String[]::new))
        .awaitReady();
  }

  /** The same, without rules. */
  static ServedProcess readyWithoutRules(Path directory, String... flags) throws Exception {
    return new ServedProcess(directory, Map.of(), List.of(), freePorts(directory, flags))
        .awaitReady();
  }

  private static List<String> freePorts(Path directory, String... flags) {
    var all = new ArrayList<>(List.of("--port", "0", "--health-port", "0"));
    all.addAll(List.of("--dev-certs", directory.resolve("tls").toString()));
    all.addAll(List.of(flags));
    return all;
  }

  ServedProcess awaitReady() throws Exception {
    Path file = directory.resolve("ports.json");
    while (!Files.exists(file)) {
      if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("serve ended: " + err());
      }
    }
    var ports = new ObjectMapper().readTree(file.toFile());
    port = ports.get("port").asInt();
    healthPort = ports.get("healthPort").asInt();
    return this;
  }

  Process process() {
    return process;
  }

  int port() {
    return port;
  }

  URI uri() {
    return URI.create("https://localhost:" + port + PATH + "?timeout=10s");
  }

  String out() throws IOException {
    return Files.readString(directory.resolve("out"));
  }

  String err() throws IOException {
    return Files.readString(directory.resolve("err"));
  }

  /** Trusts the throwaway CA. */
  SSLContext context() throws Exception {
    byte[] pem = Files.readAllBytes(directory.resolve("tls/ca.crt"));
    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(
        "ca",
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem)));
    var managers = TrustManagerFactory.getInstance("PKIX");
    managers.init(trusted);
    var context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  HttpClient client() throws Exception {
    return HttpClient.newBuilder()
        .sslContext(context())
        .version(HttpClient.Version.HTTP_1_1)
        .build();
  }

  HttpResponse<String> review(HttpClient client, String podName) throws Exception {
    return client.send(
        post(review(podName)), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  HttpRequest post(byte[] body) {
    return post(uri(), body);
  }

  /** What this path answers, which must be 200. */
  JsonNode answer(String path, String body) throws Exception {
    var uri = URI.create("https://localhost:" + port + path);
    var answer =
        client()
            .send(
                post(uri, body.getBytes(StandardCharsets.UTF_8)),
                HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(answer.statusCode() + " " + answer.body());
    }
    return new ObjectMapper().readTree(answer.body());
  }

  private static HttpRequest post(URI uri, byte[] body) {
    return HttpRequest.newBuilder(uri)
        .timeout(Duration.ofSeconds(30))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
        .build();
  }

  /** Whether it says so; what can't be asked is not. */
  boolean isReady() throws Exception {
    try {
      return plain("/readyz").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  HttpResponse<String> plain(String path) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + healthPort + path);
    return PLAIN.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  static byte[] review(String podName) {
    return """
        {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u-%1$s",
        "kind":{"group":"","version":"v1","kind":"Pod"},
        "resource":{"group":"","version":"v1","resource":"pods"},
        "name":"%1$s","namespace":"default","operation":"CREATE",
        "userInfo":{"username":"alice"},"dryRun":false,"oldObject":null,"options":null,
        "object":{"apiVersion":"v1","kind":"Pod",
        "metadata":{"name":"%1$s","namespace":"default"}}}}"""
        .formatted(podName)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
