package io.usher.apiserver.authn;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.Authenticator;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.file.BadFileException;
import io.usher.apiserver.file.ReloadedFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Client certificates that a CA of a file issued: the common name is the user, the organizations
 * are his groups. Whether the TLS handshake has verified the chain does not matter: it is verified
 * here, for the use of a client.
 */
public final class ClientCertificates implements Authenticator {

  private final ReloadedFile<X509TrustManager> authorities;

  /**
   * Reads the CAs.
   *
   * @param path PEM, one certificate or more
   * @throws IOException when it can't be read or is bad; the message names the file
   */
  public ClientCertificates(Path path) throws IOException {
    authorities = new ReloadedFile<>(path, ClientCertificates::parse);
  }

  /** Takes over what the file says now; keeps what it said when it is bad. */
  public void reload() {
    authorities.reload();
  }

  @Override
  public @Nullable UserInfo authenticate(ApiRequest request) {
    List<X509Certificate> chain = request.clientCertificates();
    if (chain.isEmpty()) {
      return null;
    }
    X509Certificate certificate = chain.get(0);
    try {
      authorities
          .current()
          .checkClientTrusted(
              chain.toArray(X509Certificate[]::new), certificate.getPublicKey().getAlgorithm());
      UserInfo user = CertificateUser.of(certificate);
      return user.username().isEmpty() ? null : user;
    } catch (CertificateException e) {
      throw new ApiException(
          Status.unauthorized(),
          "verify client certificate "
              + certificate.getSerialNumber().toString(16)
              + ": "
              + e.getMessage());
    }
  }

  private static X509TrustManager parse(Path path, String text) throws BadFileException {
    try {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
      if (certificates.isEmpty()) {
        throw new BadFileException(path, "has no certificate: write PEM, BEGIN CERTIFICATE");
      }
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (Certificate each : certificates) {
        store.setCertificateEntry(Integer.toString(store.size()), each);
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      return (X509TrustManager) factory.getTrustManagers()[0];
    } catch (BadFileException e) {
      throw e;
    } catch (GeneralSecurityException | IOException e) {
      throw new BadFileException(path, "has a bad certificate: " + e.getMessage());
    }
  }
}
