package io.usher.server;

import io.usher.apiserver.proxy.KubeletAccess;
import io.usher.certs.CertifiedKey;
import io.usher.certs.PemFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The certificates between an API server and kubelets, as PEM files that are read once.
 *
 * @param certificate that the API server shows, and those up to its CA; null for none
 * @param key of the certificate; null where there is none
 * @param authority the kubelets' CA; null where their certificates are not checked
 */
public record KubeletFiles(
    @Nullable Path certificate, @Nullable Path key, @Nullable Path authority) {

  private static final char[] NO_PASSWORD = {};

  /**
   * How kubelets are called.
   *
   * @param addressTypes of a node's addresses, the preferred first
   * @throws GeneralSecurityException when a file is not what it should be; the message names it
   */
  public KubeletAccess access(List<String> addressTypes)
      throws GeneralSecurityException, IOException {
    return KubeletAccess.of(keys(), trust(), addressTypes);
  }

  private KeyManager @Nullable [] keys() throws GeneralSecurityException, IOException {
    if (certificate == null || key == null) {
      return null;
    }
    List<X509Certificate> chain = pem(certificate).certificates();
    PrivateKey own = pem(key).privateKey();
    try {
      new CertifiedKey(chain.get(0), own).checkPair();
    } catch (GeneralSecurityException e) {
      throw new GeneralSecurityException(certificate + ", " + key + ": " + e.getMessage(), e);
    }
    KeyStore store = empty();
    store.setKeyEntry("kubelet-client", own, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private TrustManager @Nullable [] trust() throws GeneralSecurityException, IOException {
    if (authority == null) {
      return null;
    }
    KeyStore store = empty();
    for (X509Certificate each : pem(authority).certificates()) {
      store.setCertificateEntry(Integer.toString(store.size()), each);
    }
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static PemFile pem(Path file) throws GeneralSecurityException, IOException {
    return new PemFile(file.toString(), Files.readAllBytes(file));
  }

  /** Never a file, so that nothing is encrypted. */
  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("JKS");
    store.load(null, NO_PASSWORD);
    return store;
  }
}
