package io.usher.authority;

import io.usher.certs.PemFile;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/** CAs that are trusted; their order says nothing, and is kept. */
record TrustBundle(Set<X509Certificate> certificates) {

  static final TrustBundle EMPTY = new TrustBundle(Set.of());

  TrustBundle {
    certificates = Collections.unmodifiableSet(new LinkedHashSet<>(certificates));
  }

  /** What can be read of a bundle that somebody else may have written, maybe nothing. */
  static TrustBundle leniently(byte[] pem) {
    try {
      return strictly("bundle", pem);
    } catch (GeneralSecurityException e) {
      return EMPTY;
    }
  }

  /**
   * At least one certificate.
   *
   * @param name for messages
   */
  static TrustBundle strictly(String name, byte[] pem) throws GeneralSecurityException {
    return new TrustBundle(new LinkedHashSet<>(new PemFile(name, pem).certificates()));
  }

  TrustBundle with(Collection<X509Certificate> more) {
    var all = new LinkedHashSet<>(certificates);
    all.addAll(more);
    return new TrustBundle(all);
  }

  /** Those that have not expired. */
  TrustBundle at(Instant now) {
    var left = new LinkedHashSet<>(certificates);
    left.removeIf(certificate -> !now.isBefore(certificate.getNotAfter().toInstant()));
    return new TrustBundle(left);
  }

  boolean holds(X509Certificate certificate) {
    return certificates.contains(certificate);
  }

  /** Whether one of them has signed it. */
  boolean signed(X509Certificate certificate) {
    return certificates.stream().anyMatch(ca -> signed(ca, certificate));
  }

  static boolean signed(X509Certificate ca, X509Certificate certificate) {
    if (!ca.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
      return false;
    }
    try {
      certificate.verify(ca.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  byte[] pem() throws GeneralSecurityException {
    var text = new StringBuilder();
    for (X509Certificate certificate : certificates) {
      text.append(PemFile.text(certificate));
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }
}
