package io.usher.authority;

import io.fabric8.kubernetes.api.model.Secret;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the authority reads and writes. Each write is refused with a conflict when the object has
 * changed since it was read, or exists by now.
 */
interface Cluster {

  /** The Secret of this name in the authority's namespace, null when there is none. */
  @Nullable Secret secret(String name);

  /** Creates the Secret, or replaces it when it has a {@code resourceVersion}. */
  void write(Secret secret);

  /** The webhook configurations, and the definitions that call the server, that exist. */
  List<WebhookConfiguration> registrations();

  /** Gives each entry this bundle, PEM. */
  void trust(WebhookConfiguration registration, byte[] bundle);
}
