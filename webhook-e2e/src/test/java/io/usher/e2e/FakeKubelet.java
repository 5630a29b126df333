package io.usher.e2e;

import io.usher.certs.TlsFiles;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.opentest4j.TestAbortedException;

/**
 * Answers where kube-apiserver looks for a kubelet, and at a port without TLS where it looks for a
 * Pod: what it was asked, or what the path says. Each connection brings one request.
 */
final class FakeKubelet implements AutoCloseable {

  /** Headers of requests that answers show; the others are each client's own. */
  private static final List<String> SHOWN =
      List.of(
          "x-forwarded-for",
          "x-forwarded-uri",
          "x-forwarded-host",
          "x-forwarded-proto",
          "content-length",
          "transfer-encoding",
          "content-type",
          "accept",
          "authorization",
          "x-remote-user",
          "impersonate-user",
          "connection",
          "keep-alive",
          "te",
          "upgrade",
          "x-kept");

  private final ServerSocket tls;
  private final ServerSocket plain;

  /**
   * @param work where its certificate goes, which kube-apiserver does not check unless told to
   */
  FakeKubelet(Path work) throws IOException {
    var certificates = new CertificateFiles(work, "kubelet-ca");
    certificates.issue("kubelet", "node-1");
    InetAddress address = address();
    try {
      var files =
          new TlsFiles(certificates.certificate("kubelet"), certificates.key("kubelet"), List.of());
      tls = files.load().getServerSocketFactory().createServerSocket(0, 50, address);
    } catch (GeneralSecurityException e) {
      throw new IOException("make a kubelet's TLS", e);
    }
    plain = new ServerSocket(0, 50, address);
    start(() -> accept(tls));
    start(() -> accept(plain));
  }

  private static void start(Runnable task) {
    var thread = new Thread(task, "fake-kubelet");
    thread.setDaemon(true);
    thread.start();
  }

  private static void accept(ServerSocket server) {
    try {
      while (true) {
        Socket socket = server.accept();
        start(() -> serve(socket));
      }
    } catch (IOException e) {
      // It is closed.
    }
  }

  private static void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      String first = line(in);
      var headers = new TreeMap<String, String>();
      for (String line = line(in); !line.isEmpty(); line = line(in)) {
        int colon = line.indexOf(':');
        headers.merge(
            line.substring(0, colon).toLowerCase(Locale.ROOT),
            line.substring(colon + 1).strip(),
            (a, b) -> a + "; " + b);
      }
      answer(first, headers, in, socket.getOutputStream());
    } catch (IOException e) {
      // Whoever called has gone.
    }
  }

  private static void answer(
      String first, Map<String, String> headers, InputStream in, OutputStream out)
      throws IOException {
    String[] request = first.split(" ");
    String path = request[1].replaceFirst("\\?.*", "");
    String body = body(headers, in);
    if (headers.containsKey("x-answer")) {
      // The answer, lines and all, as the test wrote it.
      write(out, headers.get("x-answer").replace("\\n", "\r\n"));
    } else if (headers.containsKey("upgrade")) {
      write(
          out,
          "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: "
              + headers.get("upgrade")
              + "\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n"
              + shown(first, headers));
    } else if (path.equals("/elsewhere") || first.contains("sinceSeconds=302")) {
      write(
          out,
          "HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example.com/\r\n"
              + "Connection: close\r\nContent-Length: 0\r\n\r\n");
    } else if (first.contains("sinceSeconds=")) {
      // A kubelet's error for a log.
      String code = first.replaceFirst(".*sinceSeconds=(\\d+).*", "$1");
      write(
          out,
          "HTTP/1.1 " + code + " Said\r\nConnection: close\r\nContent-Length: 9\r\n\r\nthe error");
    } else if (path.startsWith("/headers")) {
      ok(out, shown(first, headers) + body, request[0]);
    } else if (path.startsWith("/silent")) {
      return;
    } else {
      ok(out, request[0] + ' ' + request[1] + body, request[0]);
    }
  }

  private static void ok(OutputStream out, String text, String method) throws IOException {
    write(
        out,
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: "
            + text.getBytes(StandardCharsets.UTF_8).length
            + "\r\n\r\n"
            + (method.equals("HEAD") ? "" : text));
  }

  private static String shown(String first, Map<String, String> headers) {
    var text = new StringBuilder(first).append('\n');
    for (String name : SHOWN) {
      if (headers.containsKey(name)) {
        text.append(name).append(": ").append(headers.get(name)).append('\n');
      }
    }
    return text.toString();
  }

  private static String body(Map<String, String> headers, InputStream in) throws IOException {
    if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
      var body = new ByteArrayOutputStream();
      for (int size = size(in); size > 0; size = size(in)) {
        body.write(in.readNBytes(size));
        line(in);
      }
      return body.toString(StandardCharsets.UTF_8);
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private static int size(InputStream in) throws IOException {
    return Integer.parseInt(line(in), 16);
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException();
      }
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  /** An address of this machine that is no loopback, to which kube-apiserver passes nothing. */
  static InetAddress address() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(Inet4Address.class::isInstance)
        .filter(each -> !each.isLoopbackAddress() && !each.isLinkLocalAddress())
        .findFirst()
        .orElseThrow(() -> new TestAbortedException("this machine has no address but loopback"));
  }

  String host() {
    return tls.getInetAddress().getHostAddress();
  }

  /** Where it speaks TLS. */
  int port() {
    return tls.getLocalPort();
  }

  /** Where it does not. */
  int plainPort() {
    return plain.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    tls.close();
    plain.close();
  }
}
