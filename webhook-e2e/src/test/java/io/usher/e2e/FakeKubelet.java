package io.usher.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.usher.certs.TlsFiles;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import org.opentest4j.TestAbortedException;

/** Answers what it was asked, or leads elsewhere, where kube-apiserver looks for a kubelet. */
final class FakeKubelet implements AutoCloseable {

  private final HttpsServer server;

  /**
   * @param work where its certificate goes, which kube-apiserver does not check unless told to
   */
  FakeKubelet(Path work) throws IOException {
    var certificates = new CertificateFiles(work, "kubelet-ca");
    certificates.issue("kubelet", "node-1");
    server = HttpsServer.create(new InetSocketAddress(address(), 0), 0);
    try {
      var files =
          new TlsFiles(certificates.certificate("kubelet"), certificates.key("kubelet"), List.of());
      server.setHttpsConfigurator(new HttpsConfigurator(files.load()));
    } catch (GeneralSecurityException e) {
      throw new IOException("make a kubelet's TLS", e);
    }
    server.createContext("/", FakeKubelet::answer);
    server.start();
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (exchange.getRequestURI().getPath().equals("/elsewhere")) {
        exchange.getResponseHeaders().add("Location", "https://elsewhere.example.com/");
        exchange.sendResponseHeaders(302, -1);
        return;
      }
      byte[] body =
          (exchange.getRequestMethod() + " " + exchange.getRequestURI())
              .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** An address of this machine that is no loopback, to which kube-apiserver passes nothing. */
  private static InetAddress address() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(Inet4Address.class::isInstance)
        .filter(each -> !each.isLoopbackAddress() && !each.isLinkLocalAddress())
        .findFirst()
        .orElseThrow(() -> new TestAbortedException("this machine has no address but loopback"));
  }

  String host() {
    return server.getAddress().getAddress().getHostAddress();
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
