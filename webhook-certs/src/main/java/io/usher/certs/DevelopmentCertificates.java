package io.usher.certs;

import io.usher.certs.CertificateAuthority.Purpose;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * A throwaway CA, and certificates that it has signed, for a developer's machine. The CA's key is
 * kept nowhere: when this object is gone, nobody can sign with it.
 */
public final class DevelopmentCertificates {

  /** Long enough for a day's work, short enough that nobody ships one. */
  private static final Duration LIFE = Duration.ofDays(7);

  private final Clock clock;
  private final Duration life;
  private final CertificateAuthority authority;

  /** Makes a new CA. */
  public DevelopmentCertificates(Clock clock) throws GeneralSecurityException {
    this(clock, LIFE);
  }

  private DevelopmentCertificates(Clock clock, Duration life) throws GeneralSecurityException {
    this.clock = clock;
    this.life = life;
    this.authority = CertificateAuthority.create("usher development CA", clock.instant(), life);
  }

  /** The CA's certificate. */
  public X509Certificate authority() {
    return authority.own().certificate();
  }

  /**
   * Signs a certificate.
   *
   * @param commonName of the subject
   * @param names DNS names and IP addresses
   */
  public CertifiedKey issue(Purpose purpose, String commonName, List<String> names)
      throws GeneralSecurityException {
    return authority.issue(purpose, commonName, names, clock.instant(), life);
  }

  /**
   * Makes a CA and a server's certificate, and writes {@code ca.crt}, {@code tls.crt} and {@code
   * tls.key} as a Secret of a certificate has them.
   */
  public static void writeTo(Path directory, List<String> names, Clock clock)
      throws GeneralSecurityException, IOException {
    writeTo(directory, names, clock, LIFE);
  }

  /** Does the same with certificates that are valid for so long. */
  public static void writeTo(Path directory, List<String> names, Clock clock, Duration life)
      throws GeneralSecurityException, IOException {
    var authority = new DevelopmentCertificates(clock, life);
    var server = authority.issue(Purpose.SERVER, "usher", names);
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("ca.crt"), PemFile.text(authority.authority()));
    Files.writeString(directory.resolve("tls.crt"), PemFile.text(server.certificate()));
    Path key = directory.resolve("tls.key");
    Files.deleteIfExists(key);
    Files.createFile(
        key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(key, PemFile.text(server.key()));
  }
}
