package io.usher.benchmarks.api;

import io.usher.benchmarks.Certificate;
import io.usher.benchmarks.ChildProcess;
import io.usher.benchmarks.ServerProcess;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Starts the servers that are measured, each with processes and a folder of its own. */
final class Servers {

  static final String REAL = "kube-apiserver and etcd";
  static final String MEMORY = "Usher";
  static final String FILE = "Usher, file";
  static final String ETCD = "Usher, etcd";

  /** What the kubeconfig of {@code usher apiserver} tells, once it is written whole. */
  private static final Pattern KUBECONFIG =
      Pattern.compile(
          "server: https://127\\.0\\.0\\.1:(\\d+)\\n.*certificate-authority-data: (\\S+)\\n.*token:"
              + " (\\S+)\\n.*user: \\S+\\n",
          Pattern.DOTALL);

  private static final int FIRST_PORT = 20_000;
  private static final int PORTS = 10_000;

  /** What a program needs that is made with Javalin and Jackson alone. */
  private static final Pattern LIBRARIES =
      Pattern.compile(
          "javalin-.*|jetty-.*|kotlin-stdlib-.*|annotations-.*|jakarta\\..*|slf4j-api-.*"
              + "|jackson-(core|databind|annotations)-.*");

  private final Path usherJar;
  private final @Nullable Path kubernetes;
  private final Path directory;
  private final Certificate certificate;
  private int nextPort = new Random().nextInt(PORTS);
  private int started;

  /**
   * @param usherJar what {@code java -jar} runs
   * @param kubernetes the folder of kube-apiserver and etcd; null where neither is started
   * @param directory for what they keep, on the disk that is measured; whoever made it removes it
   */
  Servers(Path usherJar, @Nullable Path kubernetes, Path directory)
      throws IOException, GeneralSecurityException {
    this.usherJar = usherJar.toAbsolutePath();
    this.kubernetes = kubernetes;
    this.directory = directory;
    this.certificate = Certificate.make(directory);
  }

  /** kube-apiserver, and etcd with its syncs; the latter without TLS, which makes it faster. */
  Api real() throws IOException, GeneralSecurityException {
    Path home = home();
    String token = "bench-token";
    Files.writeString(home.resolve("tokens.csv"), token + ",admin,admin,\"system:masters\"\n");
    int etcd = freePort();
    int port = freePort();
    ServerProcess store = etcd(home, etcd);
    ServerProcess server =
        ServerProcess.start(
            List.of(
                kubernetes("kube-apiserver"),
                "--etcd-servers=http://127.0.0.1:" + etcd,
                "--bind-address=127.0.0.1",
                "--secure-port=" + port,
                "--tls-cert-file=" + certificate.chainPem(),
                "--tls-private-key-file=" + certificate.keyPem(),
                "--cert-dir=" + home.resolve("certs"),
                "--service-cluster-ip-range=10.96.0.0/16",
                "--token-auth-file=" + home.resolve("tokens.csv"),
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + certificate.chainPem(),
                "--service-account-signing-key-file=" + certificate.keyPem(),
                "--authorization-mode=RBAC",
                "--v=0"),
            home.resolve("none"));
    var api = new Api(REAL, port, certificate.client(), token, List.of(server, store));
    try {
      return server.await(() -> isReady(api) ? api : null);
    } catch (IOException e) {
      api.close();
      throw e;
    }
  }

  private ServerProcess etcd(Path home, int port) throws IOException {
    String address = "http://127.0.0.1:" + port;
    return ServerProcess.start(
        List.of(
            kubernetes("etcd"),
            "--data-dir=" + home.resolve("etcd"),
            "--log-level=warn",
            "--listen-client-urls=" + address,
            "--advertise-client-urls=" + address,
            "--listen-peer-urls=http://127.0.0.1:" + freePort()),
        home.resolve("none"));
  }

  private String kubernetes(String program) {
    return Objects.requireNonNull(kubernetes, "a folder of kube-apiserver and etcd")
        .resolve(program)
        .toAbsolutePath()
        .toString();
  }

  private static boolean isReady(Api api) {
    try (var connection = ApiConnection.open(api)) {
      connection.get("/readyz");
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** {@code usher apiserver} with its defaults. */
  Api usher() throws IOException, GeneralSecurityException {
    return usher(MEMORY, List.of());
  }

  /** The same with a file. */
  Api usherWithFile() throws IOException, GeneralSecurityException {
    return usher(FILE, List.of("--storage-file", home().resolve("objects.db").toString()));
  }

  /** The same with an etcd of its own, as the real one has: not of usher.jar, which has no gRPC. */
  Api usherWithEtcd() throws IOException, GeneralSecurityException {
    Path home = home();
    int port = freePort();
    ServerProcess store = etcd(home, port);
    try {
      store.await(() -> listens(port) ? store : null);
      Path kubeconfig = home.resolve("kubeconfig");
      ServerProcess process =
          ServerProcess.start(
              List.of(
                  ChildProcess.ofJdk("java"),
                  "-cp",
                  System.getProperty("java.class.path"),
                  EtcdApiServer.class.getName(),
                  "http://127.0.0.1:" + port,
                  kubeconfig.toString()),
              kubeconfig);
      return usher(ETCD, process.await(() -> written(kubeconfig)), List.of(process, store));
    } catch (IOException | GeneralSecurityException e) {
      store.close();
      throw e;
    }
  }

  private static boolean listens(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private Api usher(String name, List<String> options)
      throws IOException, GeneralSecurityException {
    Path kubeconfig = home().resolve("kubeconfig");
    var command =
        new ArrayList<>(
            List.of(ChildProcess.ofJdk("java"), "-jar", usherJar.toString(), "apiserver"));
    command.addAll(List.of("--secure-port", "0", "--kubeconfig", kubeconfig.toString()));
    command.addAll(options);
    ServerProcess process = ServerProcess.start(command, kubeconfig);
    String written = process.await(() -> written(kubeconfig));
    return usher(name, written, List.of(process));
  }

  /** The kubeconfig, once it is there as a whole. */
  private static @Nullable String written(Path kubeconfig) throws IOException {
    if (!Files.exists(kubeconfig)) {
      return null;
    }
    String text = Files.readString(kubeconfig);
    return KUBECONFIG.matcher(text).find() ? text : null;
  }

  /** An API server of Usher as its kubeconfig tells of it. */
  static Api usher(String name, String kubeconfig, List<ServerProcess> processes)
      throws IOException, GeneralSecurityException {
    Matcher told = KUBECONFIG.matcher(kubeconfig);
    if (!told.find()) {
      throw new IOException("no kubeconfig of usher apiserver: " + kubeconfig);
    }
    byte[] authority = Base64.getDecoder().decode(told.group(2));
    return new Api(
        name, Integer.parseInt(told.group(1)), trusting(authority), told.group(3), processes);
  }

  /** Javalin that lists, and nothing else. */
  Api bareJavalin() throws IOException, GeneralSecurityException {
    Path portFile = home().resolve("port");
    String classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(Servers::isOfBareJavalin)
            .collect(Collectors.joining(File.pathSeparator));
    ServerProcess process =
        ServerProcess.start(
            List.of(
                ChildProcess.ofJdk("java"),
                "-cp",
                classPath,
                BareList.class.getName(),
                certificate.keyStore().toString(),
                portFile.toString()),
            portFile);
    return new Api(
        "bare Javalin", process.awaitPort(), certificate.client(), "none", List.of(process));
  }

  private static boolean isOfBareJavalin(String entry) {
    return !entry.endsWith(".jar")
        || LIBRARIES.matcher(Path.of(entry).getFileName().toString()).matches();
  }

  private Path home() throws IOException {
    return Files.createDirectory(directory.resolve("server-" + started++));
  }

  /** Below those that the system gives to clients: one of them could be gone in a moment. */
  private int freePort() throws IOException {
    for (int tries = 0; tries < PORTS; tries++) {
      int port = FIRST_PORT + (nextPort++ % PORTS);
      try (var socket = new ServerSocket(port)) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // Another server's.
      }
    }
    throw new BindException("no port is free from " + FIRST_PORT + " on");
  }

  private static SSLContext trusting(byte[] pem) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry(
        "ca",
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem)));
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }
}
