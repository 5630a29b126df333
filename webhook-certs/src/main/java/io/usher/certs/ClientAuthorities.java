package io.usher.certs;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.X509TrustManager;

/**
 * The CAs of client certificates that one path takes, of those that a handshake takes for any path.
 * {@link #reload()} reads their files again.
 */
public final class ClientAuthorities {

  private final List<Path> paths;
  private final WatchedFiles<Optional<X509TrustManager>> files;

  /**
   * Reads the files.
   *
   * @param paths PEM, at least one
   * @param clock tells when the grace is over
   * @param grace how long they still issue when one of the files is gone or bad
   * @throws GeneralSecurityException when one is not what it should be, with the file's name
   */
  public ClientAuthorities(List<Path> paths, Clock clock, Duration grace)
      throws GeneralSecurityException, IOException {
    this.paths = List.copyOf(paths);
    var nobody = new WatchedFiles.Revocation<>(grace, Optional.<X509TrustManager>empty());
    files = new WatchedFiles<>(paths, this::read, clock, nobody);
  }

  /** Takes over what the files say now. */
  public void reload() {
    files.look();
  }

  /** Whether what is in the files now can't be taken over. */
  public boolean isBad() {
    return files.isBad();
  }

  /** Whether one of them issued this certificate, given with those between it and its CA. */
  public boolean issued(X509Certificate[] chain) {
    var trusted = files.value();
    if (trusted.isEmpty()) {
      return false;
    }
    try {
      trusted.get().checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
      return true;
    } catch (CertificateException e) {
      return false;
    }
  }

  private Optional<X509TrustManager> read(List<byte[]> contents)
      throws GeneralSecurityException, IOException {
    var found = new ArrayList<X509Certificate>();
    for (int i = 0; i < paths.size(); i++) {
      found.addAll(new PemFile(paths.get(i).toString(), contents.get(i)).certificates());
    }
    return Optional.of((X509TrustManager) Identity.trusting(found)[0]);
  }
}
