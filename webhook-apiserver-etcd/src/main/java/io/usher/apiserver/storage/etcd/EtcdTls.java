package io.usher.apiserver.storage.etcd;

import io.grpc.ChannelCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.usher.apiserver.storage.StorageException;
import io.usher.certs.CertifiedKey;
import io.usher.certs.PemFile;
import io.usher.certs.WatchedFiles;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;

/** The client certificate for etcd and the CA of its members, from files that may be replaced. */
final class EtcdTls {

  private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager trust =
      AdvancedTlsX509TrustManager.newBuilder().build();
  private final WatchedFiles<Loaded> files;

  private record Loaded(
      List<X509Certificate> authorities, List<X509Certificate> chain, PrivateKey key) {}

  private EtcdTls(WatchedFiles<Loaded> files) throws GeneralSecurityException, IOException {
    this.files = files;
    use(files.value());
  }

  /**
   * Reads the files.
   *
   * @throws StorageException when one is not what it should be; the message names it
   */
  static EtcdTls open(EtcdConfig.Tls tls) {
    try {
      return new EtcdTls(
          new WatchedFiles<>(
              List.of(tls.authorities(), tls.certificate(), tls.key()),
              contents -> read(tls, contents),
              Clock.systemUTC(),
              null));
    } catch (GeneralSecurityException | IOException e) {
      throw new StorageException("read the certificates for etcd: " + e.getMessage(), e);
    }
  }

  private static Loaded read(EtcdConfig.Tls tls, List<byte[]> contents)
      throws GeneralSecurityException {
    var loaded =
        new Loaded(
            new PemFile(tls.authorities().toString(), contents.get(0)).certificates(),
            new PemFile(tls.certificate().toString(), contents.get(1)).certificates(),
            new PemFile(tls.key().toString(), contents.get(2)).privateKey());
    try {
      new CertifiedKey(loaded.chain.get(0), loaded.key).checkPair();
    } catch (GeneralSecurityException e) {
      throw new GeneralSecurityException(
          tls.certificate() + ", " + tls.key() + ": " + e.getMessage(), e);
    }
    return loaded;
  }

  private void use(Loaded loaded) throws GeneralSecurityException, IOException {
    keys.updateIdentityCredentials(loaded.chain.toArray(X509Certificate[]::new), loaded.key);
    trust.updateTrustCredentials(loaded.authorities.toArray(X509Certificate[]::new));
  }

  /** For connections; those that are made later show what is in the files then. */
  ChannelCredentials credentials() {
    return TlsChannelCredentials.newBuilder().keyManager(keys).trustManager(trust).build();
  }

  /** Takes over what the files say now, if it is good. */
  void reload() {
    if (files.look()) {
      try {
        use(files.value());
      } catch (GeneralSecurityException | IOException e) {
        throw new StorageException("use the new certificates for etcd: " + e.getMessage(), e);
      }
    }
  }
}
