package io.usher.certs;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The server's certificate, its key and the CA of client certificates, as PEM files that others
 * replace while the process runs. A bad new one leaves the old one in use. Used by one thread, but
 * for {@link #expiry()} and {@link #failures()}.
 */
public final class TlsFiles {

  private record Loaded(SSLContext context, Instant expiry) {}

  private final Path certificate;
  private final Path key;
  private final List<Path> clientCas;
  private final boolean anyClient;
  private volatile @Nullable WatchedFiles<Loaded> files;

  /**
   * Nothing is read yet.
   *
   * @param certificate the chain, the server's own certificate first
   * @param key PKCS #8, PKCS #1 or SEC 1
   * @param clientCas the files of CAs of client certificates; none where clients show none
   */
  public TlsFiles(Path certificate, Path key, List<Path> clientCas) {
    this(certificate, key, clientCas, false);
  }

  private TlsFiles(Path certificate, Path key, List<Path> clientCas, boolean anyClient) {
    this.certificate = certificate;
    this.key = key;
    this.clientCas = List.copyOf(clientCas);
    this.anyClient = anyClient;
  }

  /** Files of a server whose clients may show any certificate: it is verified by who reads it. */
  public static TlsFiles ofAnyClient(Path certificate, Path key) {
    return new TlsFiles(certificate, key, List.of(), true);
  }

  /**
   * Reads the files for the first time.
   *
   * @throws GeneralSecurityException when one is not what it should be, with the file's name
   */
  public SSLContext load() throws GeneralSecurityException, IOException {
    var all = Stream.concat(Stream.of(certificate, key), clientCas.stream()).toList();
    var loaded = new WatchedFiles<>(all, this::read, Clock.systemUTC(), null);
    files = loaded;
    return loaded.value().context();
  }

  /** A new context when the files have changed and are good, otherwise null. */
  public @Nullable SSLContext reload() {
    var loaded = files;
    return loaded != null && loaded.look() ? loaded.value().context() : null;
  }

  /** When the certificate in use expires. */
  public Instant expiry() {
    var loaded = files;
    return loaded == null ? Instant.MIN : loaded.value().expiry();
  }

  /** How many times the files became something that was not taken over. */
  public long failures() {
    var loaded = files;
    return loaded == null ? 0 : loaded.failures();
  }

  private Loaded read(List<byte[]> contents) throws GeneralSecurityException, IOException {
    var authorities = new ArrayList<X509Certificate>();
    for (int i = 0; i < clientCas.size(); i++) {
      authorities.addAll(
          new PemFile(clientCas.get(i).toString(), contents.get(2 + i)).certificates());
    }
    var identity =
        new Identity(
            new PemFile(certificate.toString(), contents.get(0)).certificates(),
            new PemFile(key.toString(), contents.get(1)).privateKey(),
            authorities);
    try {
      identity.checkPair();
    } catch (GeneralSecurityException e) {
      throw new GeneralSecurityException(certificate + ", " + key + ": " + e.getMessage(), e);
    }
    return new Loaded(
        anyClient ? identity.context(new UnverifiedClients()) : identity.context(),
        identity.expiry());
  }
}
