package io.usher.certs;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * How the replicas of a server prove themselves to each other, whichever of them connects: by a
 * server's certificate of one CA that has all DNS names of their own. Addresses don't count. The
 * files may be replaced while the process runs. Used by one thread, but for {@link #context} and
 * {@link #isPeer}.
 */
public final class PeerFiles {

  /** The kind of a GeneralName that is a DNS name (RFC 5280, 4.2.1.6). */
  private static final Integer DNS = 2;

  private final WatchedFiles<Peers> files;

  private record Peers(SSLContext context, X509TrustManager trust, Set<String> names) {}

  /**
   * Reads the files.
   *
   * @param certificate the chain, the server's own certificate first
   * @param key its private key
   * @param authority the CA, or several
   * @throws GeneralSecurityException when one is not what it should be, with the file's name
   */
  public PeerFiles(Path certificate, Path key, Path authority, Clock clock)
      throws GeneralSecurityException, IOException {
    var all = List.of(certificate, key, authority);
    files = new WatchedFiles<>(all, contents -> read(all, contents), clock, null);
  }

  private static Peers read(List<Path> files, List<byte[]> contents)
      throws GeneralSecurityException, IOException {
    List<X509Certificate> authorities =
        new PemFile(files.get(2).toString(), contents.get(2)).certificates();
    var identity =
        new Identity(
            new PemFile(files.get(0).toString(), contents.get(0)).certificates(),
            new PemFile(files.get(1).toString(), contents.get(1)).privateKey(),
            List.of());
    identity.checkPair();
    Set<String> names = names(identity.chain().get(0));
    if (names.isEmpty()) {
      throw new GeneralSecurityException(
          files.get(0) + " has no DNS name, by which the replicas know each other");
    }
    var trust = (X509TrustManager) Identity.trusting(authorities)[0];
    return new Peers(identity.context(new PeerTrust(trust, names)), trust, names);
  }

  /** Takes over what the files say now; true when that is something else. */
  public boolean look() {
    return files.look();
  }

  /** Shows the certificate, and trusts peers alone. */
  public SSLContext context() {
    return files.value().context();
  }

  /** Whether who showed this chain, his own certificate first, is a peer. */
  public boolean isPeer(List<X509Certificate> chain) {
    Peers peers = files.value();
    try {
      requirePeer(chain.toArray(X509Certificate[]::new), peers.trust(), peers.names());
      return true;
    } catch (CertificateException e) {
      return false;
    }
  }

  private static void requirePeer(
      X509Certificate[] chain, X509TrustManager trust, Set<String> names)
      throws CertificateException {
    if (chain.length == 0) {
      throw new CertificateException("no certificate was shown");
    }
    // A server's certificate on either side; how the key is used is the handshake's to check.
    trust.checkServerTrusted(chain, "UNKNOWN");
    if (!names(chain[0]).containsAll(names)) {
      throw new CertificateException(
          "the certificate of " + chain[0].getSubjectX500Principal() + " is not for " + names);
    }
  }

  private static Set<String> names(X509Certificate certificate) throws CertificateParsingException {
    var names = new HashSet<String>();
    Collection<List<?>> all = certificate.getSubjectAlternativeNames();
    for (List<?> each : all == null ? List.<List<?>>of() : all) {
      if (DNS.equals(each.get(0))) {
        names.add((String) each.get(1));
      }
    }
    return names;
  }

  /** Of the side that connects. */
  private static final class PeerTrust extends X509ExtendedTrustManager {
    private final X509TrustManager trust;
    private final Set<String> names;

    PeerTrust(X509TrustManager trust, Set<String> names) {
      this.trust = trust;
      this.names = names;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      requirePeer(chain, trust, names);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      requirePeer(chain, trust, names);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      requirePeer(chain, trust, names);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw noClient();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      throw noClient();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      throw noClient();
    }

    private static CertificateException noClient() {
      return new CertificateException("this is for the certificates of servers");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return trust.getAcceptedIssuers();
    }
  }
}
