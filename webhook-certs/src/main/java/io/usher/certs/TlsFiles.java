package io.usher.certs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's certificate, its key and the CA of client certificates, as PEM files that others
 * replace while the process runs.
 *
 * <p>Their content is compared, not their times: it is a few kilobytes, it tells a change through
 * whatever links Kubernetes mounts a Secret by, and a file's time may stand still over two writes.
 * Used by one thread, but for {@link #expiry()} and {@link #failures()}.
 */
public final class TlsFiles {

  private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);

  private final Path certificate;
  private final Path key;
  private final List<Path> clientCas;
  private List<byte[]> taken = List.of();
  private List<byte[]> failed = List.of();
  private boolean reported;
  private volatile Instant expiry = Instant.MIN;
  private volatile long failures;

  /**
   * Nothing is read yet.
   *
   * @param certificate the chain, the server's own certificate first
   * @param key PKCS #8, PKCS #1 or SEC 1
   * @param clientCas the files of CAs of client certificates; none where clients show none
   */
  public TlsFiles(Path certificate, Path key, List<Path> clientCas) {
    this.certificate = certificate;
    this.key = key;
    this.clientCas = List.copyOf(clientCas);
  }

  /**
   * Reads the files for the first time.
   *
   * @throws GeneralSecurityException when one is not what it should be, with the file's name
   */
  public SSLContext load() throws GeneralSecurityException, IOException {
    return take(read());
  }

  /**
   * A new context when the files have changed and are good, otherwise null. Of files that are bad
   * twice in the same way one line is logged: the first time they may have been read between the
   * writing of one and of the other.
   */
  public @Nullable SSLContext reload() {
    List<byte[]> now = List.of();
    try {
      now = read();
      if (same(now, taken)) {
        return null;
      }
      var context = take(now);
      LOG.info("took over the certificate of {}, which expires {}", certificate, expiry);
      return context;
    } catch (GeneralSecurityException | IOException | RuntimeException e) {
      if (!same(now, failed)) {
        failed = now;
        reported = false;
      } else if (!reported) {
        reported = true;
        failures++;
        LOG.warn(
            "keep the certificate that expires {}, as the new one is bad: {}",
            expiry,
            e.toString());
      }
      return null;
    }
  }

  /** When the certificate in use expires. */
  public Instant expiry() {
    return expiry;
  }

  /** How many times the files became something that was not taken over. */
  public long failures() {
    return failures;
  }

  private SSLContext take(List<byte[]> contents) throws GeneralSecurityException, IOException {
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
    var context = identity.context();
    taken = contents;
    failed = List.of();
    reported = false;
    expiry = identity.expiry();
    return context;
  }

  private List<byte[]> read() throws IOException {
    var contents = new ArrayList<byte[]>();
    contents.add(Files.readAllBytes(certificate));
    contents.add(Files.readAllBytes(key));
    for (Path clientCa : clientCas) {
      contents.add(Files.readAllBytes(clientCa));
    }
    return contents;
  }

  private static boolean same(List<byte[]> one, List<byte[]> other) {
    if (one.size() != other.size()) {
      return false;
    }
    for (int i = 0; i < one.size(); i++) {
      if (!Arrays.equals(one.get(i), other.get(i))) {
        return false;
      }
    }
    return true;
  }
}
