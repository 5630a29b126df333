package io.usher.authority;

import io.usher.certs.CertificateAuthority;
import io.usher.certs.CertificateAuthority.Purpose;
import io.usher.certs.CertifiedKey;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the cluster should have, from what it has and the time alone.
 *
 * <p>A certificate is renewed when two thirds of its life are over. A new CA is added to the
 * bundles at once, but signs only when a later look finds it in all of them; until then the
 * server's certificate stays as it is. Only one that no caller accepts any more is replaced at
 * once.
 */
final class Renewal {

  /**
   * What the cluster should have. What is the same object as in the observation stays as it is.
   *
   * @param bundle beside the server's certificate, and in each entry that calls it
   */
  record Wanted(CertifiedKey authority, CertifiedKey leaf, TrustBundle bundle) {}

  private final AuthoritySettings settings;

  Renewal(AuthoritySettings settings) {
    this.settings = settings;
  }

  Wanted decide(Observation seen, Instant now) throws GeneralSecurityException {
    CertifiedKey authority = seen.authority();
    if (authority == null || isDue(authority.certificate(), settings.authorityLife(), now)) {
      authority =
          CertificateAuthority.create(settings.authoritySecret(), now, settings.authorityLife())
              .own();
    }
    TrustBundle bundle = seen.trusted().with(List.of(authority.certificate())).at(now);
    CertifiedKey leaf = seen.leaf();
    if (leaf == null
        || !isAccepted(leaf.certificate(), bundle, now)
        || (isOutdated(leaf.certificate(), authority, now)
            && seen.trusts(authority.certificate())
            && isSettled(authority.certificate(), now))) {
      leaf =
          new CertificateAuthority(authority)
              .issue(
                  Purpose.SERVER, settings.name(), settings.dnsNames(), now, settings.leafLife());
    }
    return new Wanted(authority, leaf, bundle);
  }

  /** Whether less than a third of such a life is left. */
  private static boolean isDue(X509Certificate certificate, Duration life, Instant now) {
    return !now.isBefore(certificate.getNotAfter().toInstant().minus(life.dividedBy(3)));
  }

  /**
   * Whether each API server has heard of the CA. The next look comes later than this, but one after
   * a restart, or of a second authority, may come sooner.
   */
  private boolean isSettled(X509Certificate authority, Instant now) {
    Instant made = authority.getNotBefore().toInstant().plus(CertificateAuthority.CLOCK_SKEW);
    return !now.isBefore(made.plus(settings.interval().dividedBy(2)));
  }

  private static boolean isAccepted(X509Certificate leaf, TrustBundle bundle, Instant now) {
    return now.isBefore(leaf.getNotAfter().toInstant()) && bundle.signed(leaf);
  }

  private boolean isOutdated(X509Certificate leaf, CertifiedKey authority, Instant now)
      throws CertificateParsingException {
    return isDue(leaf, settings.leafLife(), now)
        || !TrustBundle.signed(authority.certificate(), leaf)
        || !names(leaf).containsAll(settings.dnsNames());
  }

  private static Set<Object> names(X509Certificate certificate) throws CertificateParsingException {
    var names = certificate.getSubjectAlternativeNames();
    // each is its type and its text
    return names == null
        ? Set.of()
        : names.stream().map(name -> name.get(1)).collect(Collectors.toSet());
  }
}
