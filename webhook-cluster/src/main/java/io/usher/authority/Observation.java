package io.usher.authority;

import io.usher.certs.CertifiedKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the cluster has.
 *
 * @param authority the CA, null when there is none
 * @param leaf the server's certificate, null when there is none
 * @param published the bundle beside the server's certificate, which those who register read
 * @param registrations the webhook configurations that exist
 */
record Observation(
    @Nullable CertifiedKey authority,
    @Nullable CertifiedKey leaf,
    TrustBundle published,
    List<WebhookConfiguration> registrations) {

  Observation {
    registrations = List.copyOf(registrations);
  }

  /** Every CA that somebody may rely on. */
  TrustBundle trusted() {
    TrustBundle all = published;
    for (WebhookConfiguration registration : registrations) {
      for (TrustBundle bundle : registration.bundles()) {
        all = all.with(bundle.certificates());
      }
    }
    return all;
  }

  /** Whether whatever this CA signs is trusted by all who call, and by those who register later. */
  boolean trusts(X509Certificate ca) {
    return published.holds(ca)
        && registrations.stream().allMatch(registration -> registration.trusts(ca));
  }
}
