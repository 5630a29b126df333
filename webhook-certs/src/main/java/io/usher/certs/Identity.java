package io.usher.certs;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * What one TLS context is made of.
 *
 * @param chain the server's certificate, and those between it and its CA
 * @param key the private key of the first certificate
 * @param clientAuthorities the CAs of client certificates, empty when none are asked for
 */
record Identity(
    List<X509Certificate> chain, PrivateKey key, List<X509Certificate> clientAuthorities) {

  private static final char[] NO_PASSWORD = {};

  Identity {
    chain = List.copyOf(chain);
    clientAuthorities = List.copyOf(clientAuthorities);
  }

  /** When the server's certificate expires. */
  Instant expiry() {
    return chain.get(0).getNotAfter().toInstant();
  }

  /** Refuses a key that belongs to another certificate: a handshake would fail only later. */
  void checkPair() throws GeneralSecurityException {
    new CertifiedKey(chain.get(0), key).checkPair();
  }

  SSLContext context() throws GeneralSecurityException, IOException {
    return context(trustManagers());
  }

  /** A context that trusts in another way. */
  SSLContext context(TrustManager... trust) throws GeneralSecurityException, IOException {
    var keys = empty();
    keys.setKeyEntry("server", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
    var keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keyManagers.init(keys, NO_PASSWORD);
    var context = SSLContext.getInstance("TLS");
    context.init(keyManagers.getKeyManagers(), trust, new SecureRandom());
    return context;
  }

  /** Without a CA nobody is trusted, and nobody is asked. */
  private TrustManager[] trustManagers() throws GeneralSecurityException, IOException {
    return clientAuthorities.isEmpty() ? new TrustManager[0] : trusting(clientAuthorities);
  }

  /** Trusts the certificates that these authorities issued. */
  static TrustManager[] trusting(List<X509Certificate> authorities)
      throws GeneralSecurityException, IOException {
    var trusted = empty();
    for (int i = 0; i < authorities.size(); i++) {
      trusted.setCertificateEntry("client-ca-" + i, authorities.get(i));
    }
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    return factory.getTrustManagers();
  }

  /** Never a file. PKCS #12 would encrypt the key all the same, which takes a tenth of a second. */
  private static KeyStore empty() throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance("JKS");
    store.load(null, NO_PASSWORD);
    return store;
  }
}
