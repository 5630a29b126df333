package io.usher.certs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.X509TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The CAs of client certificates that one path takes, of those that a handshake takes for any path.
 * {@link #reload()} reads their files again.
 */
public final class ClientAuthorities {

  private static final Logger LOG = LoggerFactory.getLogger(ClientAuthorities.class);

  private final List<Path> files;
  private List<X509Certificate> certificates;
  private String reported = "";
  private volatile X509TrustManager trusted;

  /**
   * Reads the files.
   *
   * @param files PEM, at least one
   * @throws GeneralSecurityException when one is not what it should be, with the file's name
   */
  public ClientAuthorities(List<Path> files) throws GeneralSecurityException, IOException {
    this.files = List.copyOf(files);
    certificates = read();
    trusted = trusting(certificates);
  }

  /**
   * Takes over what the files say now; keeps what they said when one of them is bad, and logs that
   * once.
   */
  public void reload() {
    try {
      var now = read();
      reported = "";
      if (!now.equals(certificates)) {
        trusted = trusting(now);
        certificates = now;
        LOG.info("took over the client CAs of {}", files);
      }
    } catch (GeneralSecurityException | IOException e) {
      if (!e.toString().equals(reported)) {
        reported = e.toString();
        LOG.warn("keep the client CAs that were in {}: {}", files, reported);
      }
    }
  }

  /** Whether one of them issued this certificate, given with those between it and its CA. */
  public boolean issued(X509Certificate[] chain) {
    try {
      trusted.checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
      return true;
    } catch (CertificateException e) {
      return false;
    }
  }

  private List<X509Certificate> read() throws GeneralSecurityException, IOException {
    var found = new ArrayList<X509Certificate>();
    for (Path file : files) {
      found.addAll(new PemFile(file.toString(), Files.readAllBytes(file)).certificates());
    }
    return found;
  }

  private static X509TrustManager trusting(List<X509Certificate> certificates)
      throws GeneralSecurityException, IOException {
    return (X509TrustManager) Identity.trusting(certificates)[0];
  }
}
