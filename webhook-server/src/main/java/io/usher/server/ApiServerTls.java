package io.usher.server;

import io.usher.certs.CertificateAuthority.Purpose;
import io.usher.certs.DevelopmentCertificates;
import io.usher.certs.PemFile;
import io.usher.certs.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * How an {@link HttpsApiServer} shows who it is.
 *
 * @param context with its certificate, and the CAs of client certificates
 * @param authority PEM of what clients should trust
 * @param asksClients whether clients are asked for a certificate
 */
public record ApiServerTls(SSLContext context, String authority, boolean asksClients) {

  private static final List<String> NAMES =
      List.of(
          "localhost",
          "127.0.0.1",
          "::1",
          "kubernetes",
          "kubernetes.default",
          "kubernetes.default.svc");

  /**
   * A certificate of a CA that is thrown away: nobody who trusts one start's server trusts the
   * next.
   *
   * @param host where it listens
   * @param clientAuthorities the CAs of client certificates; empty when none are asked for
   */
  public static ApiServerTls throwaway(String host, List<X509Certificate> clientAuthorities)
      throws GeneralSecurityException, IOException {
    var names = new ArrayList<>(NAMES);
    if (!names.contains(host) && !host.equals("0.0.0.0")) {
      names.add(host);
    }
    var certificates = new DevelopmentCertificates(Clock.systemUTC());
    return new ApiServerTls(
        certificates
            .issue(Purpose.SERVER, "kube-apiserver", names)
            .serverContext(clientAuthorities),
        PemFile.text(certificates.authority()),
        !clientAuthorities.isEmpty());
  }

  /**
   * The certificate of a file, by which clients know the server after a restart, too.
   *
   * @param certificate PEM: the server's own first, then those up to its CA
   * @param key PEM of its private key
   * @param clientAuthorities files of the CAs of client certificates; empty when none are asked for
   * @throws GeneralSecurityException when one is not what it should be; the message names it
   */
  public static ApiServerTls ofFiles(Path certificate, Path key, List<Path> clientAuthorities)
      throws GeneralSecurityException, IOException {
    return new ApiServerTls(
        new TlsFiles(certificate, key, clientAuthorities).load(),
        Files.readString(certificate),
        !clientAuthorities.isEmpty());
  }
}
