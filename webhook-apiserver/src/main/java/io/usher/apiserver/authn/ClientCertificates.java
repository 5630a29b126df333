package io.usher.apiserver.authn;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.Authenticator;
import io.usher.apiserver.file.ReloadedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Client certificates that a CA of a file issued: the common name is the user, the organizations
 * are his groups. Whether the TLS handshake has verified the chain does not matter: it is verified
 * here, for the use of a client.
 */
public final class ClientCertificates implements Authenticator {

  private final Supplier<CertificateAuthorities> authorities;
  private final Runnable reload;

  /**
   * Reads the CAs.
   *
   * @param path PEM, one certificate or more
   * @throws IOException when it can't be read or is bad; the message names the file
   */
  public ClientCertificates(Path path) throws IOException {
    var file = new ReloadedFile<>(path, CertificateAuthorities::ofFile);
    authorities = file::current;
    reload = file::reload;
  }

  /** Certificates of CAs that stay the same. */
  ClientCertificates(CertificateAuthorities fixed) {
    authorities = () -> fixed;
    reload = () -> {};
  }

  /** Takes over what the file says now; keeps what it said when it is bad. */
  public void reload() {
    reload.run();
  }

  @Override
  public @Nullable UserInfo authenticate(ApiRequest request) {
    List<X509Certificate> chain = request.clientCertificates();
    if (chain.isEmpty()) {
      return null;
    }
    try {
      authorities.get().requireClient(chain);
      UserInfo user = CertificateUser.of(chain.get(0));
      return user.username().isEmpty() ? null : user;
    } catch (CertificateException e) {
      throw CertificateAuthorities.refused(chain, e);
    }
  }
}
