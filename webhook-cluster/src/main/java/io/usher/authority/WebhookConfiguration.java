package io.usher.authority;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A webhook configuration.
 *
 * @param kind of it
 * @param version its {@code resourceVersion}
 * @param bundles the {@code caBundle} of each of its entries
 */
record WebhookConfiguration(String kind, String version, List<TrustBundle> bundles) {

  WebhookConfiguration {
    bundles = List.copyOf(bundles);
  }

  /** Whether whatever this CA signs is trusted by each entry. */
  boolean trusts(X509Certificate authority) {
    return bundles.stream().allMatch(bundle -> bundle.holds(authority));
  }
}
