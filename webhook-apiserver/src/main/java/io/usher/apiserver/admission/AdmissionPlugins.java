package io.usher.apiserver.admission;

import io.usher.apiserver.admission.policy.MutatingPolicies;
import io.usher.apiserver.admission.policy.ValidatingPolicies;
import io.usher.apiserver.admission.webhook.MutatingWebhooks;
import io.usher.apiserver.admission.webhook.ValidatingWebhooks;
import io.usher.apiserver.admission.webhook.WebhookCaller;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.ObjectStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** The plugins by name, as {@code --enable-admission-plugins} takes them. */
public final class AdmissionPlugins {

  /** Those of kube-apiserver's default ones that are here. */
  public static final List<String> DEFAULT =
      List.of(
          "NamespaceLifecycle",
          "LimitRanger",
          "ServiceAccount",
          "CertificateApproval",
          "CertificateSigning",
          "CertificateSubjectRestriction",
          "MutatingAdmissionPolicy",
          "MutatingAdmissionWebhook",
          "ValidatingAdmissionPolicy",
          "ValidatingAdmissionWebhook",
          "ResourceQuota");

  /** In the order in which kube-apiserver runs them, whatever the order of the names is. */
  private final Map<String, Supplier<AdmissionPlugin>> known = new LinkedHashMap<>();

  /**
   * Plugins over a server's objects.
   *
   * @param caller calls webhooks
   * @param executor runs the calls of validating webhooks, each of which holds a thread until it is
   *     answered, and counts for quotas
   * @param random for the names of volumes
   * @param clock tells how long a charge waits for its object
   */
  public AdmissionPlugins(
      ObjectStore store,
      WebhookCaller caller,
      Executor executor,
      RandomGenerator random,
      Clock clock) {
    var namespaces = new Namespaces(store);
    known.put("AlwaysAdmit", AlwaysAdmit::new);
    known.put("NamespaceAutoProvision", () -> new NamespaceAutoProvision(namespaces));
    known.put("NamespaceLifecycle", () -> new NamespaceLifecycle(namespaces));
    known.put("NamespaceExists", () -> new NamespaceExists(namespaces));
    known.put("LimitRanger", () -> new LimitRanger(store));
    known.put("ServiceAccount", () -> new ServiceAccountAdmission(store, random));
    known.put("AlwaysPullImages", AlwaysPullImages::new);
    known.put("CertificateApproval", SignerRights::approval);
    known.put("CertificateSigning", SignerRights::signing);
    known.put("CertificateSubjectRestriction", CertificateSubjectRestriction::new);
    known.put("MutatingAdmissionPolicy", () -> new MutatingPolicies(store));
    known.put("MutatingAdmissionWebhook", () -> new MutatingWebhooks(store, caller));
    known.put("ValidatingAdmissionPolicy", () -> new ValidatingPolicies(store));
    known.put("ValidatingAdmissionWebhook", () -> new ValidatingWebhooks(store, caller, executor));
    known.put("ResourceQuota", () -> new ResourceQuotaAdmission(store, executor, clock));
    known.put("AlwaysDeny", AlwaysDeny::new);
  }

  /**
   * A chain of the named plugins.
   *
   * @throws IllegalArgumentException when a name is unknown
   */
  public AdmissionChain named(Collection<String> names) {
    requireKnown(names);
    List<AdmissionPlugin> plugins = new ArrayList<>();
    known.forEach(
        (name, plugin) -> {
          if (names.contains(name)) {
            plugins.add(plugin.get());
          }
        });
    return new AdmissionChain(plugins);
  }

  /**
   * Checks names of plugins.
   *
   * @throws IllegalArgumentException when one is unknown
   */
  public void requireKnown(Collection<String> names) {
    for (String name : names) {
      if (!known.containsKey(name)) {
        throw new IllegalArgumentException(
            "admission plugin \"" + name + "\" is unknown: write some of " + known.keySet());
      }
    }
  }
}
