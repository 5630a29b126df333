package io.usher.server;

import io.usher.certs.CertifiedKey;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Makes HTTP clients that trust a server's CA. */
final class TrustingClient {

  private TrustingClient() {}

  /**
   * Trusts one CA alone.
   *
   * @param ca PEM
   */
  static HttpClient.Builder of(Path ca) throws Exception {
    return of(ca, null);
  }

  /**
   * Trusts one CA alone, and shows a certificate.
   *
   * @param own null for none
   */
  static HttpClient.Builder of(Path ca, @Nullable CertifiedKey own) throws Exception {
    var trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (var pem = Files.newInputStream(ca)) {
      trusted.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    var managers = TrustManagerFactory.getInstance("PKIX");
    managers.init(trusted);
    var context = SSLContext.getInstance("TLS");
    var keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    if (own != null) {
      keys.setKeyEntry("own", own.key(), new char[0], new Certificate[] {own.certificate()});
    }
    var keyManagers = KeyManagerFactory.getInstance("PKIX");
    keyManagers.init(keys, new char[0]);
    context.init(keyManagers.getKeyManagers(), managers.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context);
  }
}
