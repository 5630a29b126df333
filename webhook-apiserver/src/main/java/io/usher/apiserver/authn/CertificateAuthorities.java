package io.usher.apiserver.authn;

import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.file.BadFileException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** CAs whose client certificates count. */
final class CertificateAuthorities {

  private final List<X509Certificate> certificates;
  private final X509TrustManager trust;

  private CertificateAuthorities(List<X509Certificate> certificates)
      throws GeneralSecurityException, IOException {
    this.certificates = certificates;
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (X509Certificate each : certificates) {
      store.setCertificateEntry(Integer.toString(store.size()), each);
    }
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    trust = (X509TrustManager) factory.getTrustManagers()[0];
  }

  /**
   * Reads PEM.
   *
   * @throws CertificateException when a certificate is bad, or there is none
   */
  static CertificateAuthorities parse(String pem) throws CertificateException {
    List<X509Certificate> certificates =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
            .stream()
            .map(X509Certificate.class::cast)
            .toList();
    if (certificates.isEmpty()) {
      throw new CertificateException("has no certificate: write PEM, BEGIN CERTIFICATE");
    }
    try {
      return new CertificateAuthorities(certificates);
    } catch (GeneralSecurityException | IOException e) {
      throw new CertificateException("has a bad certificate: " + e.getMessage(), e);
    }
  }

  static CertificateAuthorities ofFile(Path path, String pem) throws BadFileException {
    try {
      return parse(pem);
    } catch (CertificateException e) {
      String problem = String.valueOf(e.getMessage());
      throw new BadFileException(
          path, problem.startsWith("has ") ? problem : "has a bad certificate: " + problem);
    }
  }

  /**
   * Verifies a chain for the use of a client.
   *
   * @param chain his own certificate first
   * @throws CertificateException when none of the CAs vouches for it
   */
  void requireClient(List<X509Certificate> chain) throws CertificateException {
    trust.checkClientTrusted(
        chain.toArray(X509Certificate[]::new), chain.get(0).getPublicKey().getAlgorithm());
  }

  /** Whether a client of these others may be one of these: they share a key, or sign each other. */
  boolean vouchFor(CertificateAuthorities others) {
    return others.certificates.stream()
        .anyMatch(other -> certificates.stream().anyMatch(each -> signs(each, other)));
  }

  private static boolean signs(X509Certificate issuer, X509Certificate subject) {
    if (issuer.getPublicKey().equals(subject.getPublicKey())) {
      return true;
    }
    try {
      subject.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      // Another one signed it: that is the answer.
      return false;
    }
  }

  /** A 401 for a chain that is not trusted. */
  static ApiException refused(List<X509Certificate> chain, CertificateException why) {
    return new ApiException(
        Status.unauthorized(),
        "verify client certificate "
            + chain.get(0).getSerialNumber().toString(16)
            + ": "
            + why.getMessage());
  }
}
