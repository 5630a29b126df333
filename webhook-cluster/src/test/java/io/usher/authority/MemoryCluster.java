package io.usher.authority;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Secrets and webhook configurations with their versions, as an API server keeps them. */
final class MemoryCluster implements Cluster {

  final Map<String, Secret> secrets = new TreeMap<>();

  /** Each write, in order: {@code SECRET} or {@code KIND}. */
  final List<String> writes = new ArrayList<>();

  private final Map<String, WebhookConfiguration> registrations = new TreeMap<>();
  private @Nullable Runnable interloper;
  private @Nullable KubernetesClientException outage;
  private int version;

  /** Registers with these bundles, PEM, one for each entry. */
  void register(String kind, byte[]... bundles) {
    registrations.put(
        kind,
        new WebhookConfiguration(
            kind,
            "gate",
            Integer.toString(++version),
            List.of(bundles).stream().map(TrustBundle::leniently).toList()));
  }

  TrustBundle bundle(String kind, int entry) {
    return registrations.get(kind).bundles().get(entry);
  }

  /** Does this just before the next write. */
  void interlope(Runnable what) {
    interloper = what;
  }

  /** Is down until it is told null. */
  void fail(@Nullable KubernetesClientException failure) {
    outage = failure;
  }

  /** Puts a Secret there as a user would, whatever was there. */
  void put(Secret secret) {
    String name = secret.getMetadata().getName();
    secrets.put(
        name,
        new SecretBuilder(secret)
            .editMetadata()
            .withResourceVersion(Integer.toString(++version))
            .endMetadata()
            .build());
  }

  @Override
  public @Nullable Secret secret(String name) {
    if (outage != null) {
      throw outage;
    }
    return secrets.get(name);
  }

  @Override
  public void write(Secret secret) {
    letInterlope();
    String name = secret.getMetadata().getName();
    Secret old = secrets.get(name);
    check(
        old == null ? null : old.getMetadata().getResourceVersion(),
        secret.getMetadata().getResourceVersion());
    put(secret);
    writes.add(name);
  }

  @Override
  public List<WebhookConfiguration> registrations() {
    return List.copyOf(registrations.values());
  }

  @Override
  public void trust(WebhookConfiguration registration, byte[] bundle) {
    letInterlope();
    String kind = registration.kind();
    check(registrations.get(kind).version(), registration.version());
    register(
        kind, Collections.nCopies(registration.bundles().size(), bundle).toArray(byte[][]::new));
    writes.add(kind);
  }

  private void letInterlope() {
    Runnable now = interloper;
    interloper = null;
    if (now != null) {
      now.run();
    }
  }

  private static void check(@Nullable String present, @Nullable String expected) {
    if (present == null ? expected != null : !present.equals(expected)) {
      throw new KubernetesClientException("the object has been modified", 409, null);
    }
  }
}
