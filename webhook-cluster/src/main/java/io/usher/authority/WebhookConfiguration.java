package io.usher.authority;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A webhook configuration, or a CustomResourceDefinition whose objects the server converts.
 *
 * @param kind of it
 * @param name of it
 * @param version its {@code resourceVersion}
 * @param bundles the {@code caBundle} of each of its entries
 */
record WebhookConfiguration(String kind, String name, String version, List<TrustBundle> bundles) {

  WebhookConfiguration {
    bundles = List.copyOf(bundles);
  }

  /** Whether whatever this CA signs is trusted by each entry. */
  boolean trusts(X509Certificate authority) {
    return bundles.stream().allMatch(bundle -> bundle.holds(authority));
  }
}
