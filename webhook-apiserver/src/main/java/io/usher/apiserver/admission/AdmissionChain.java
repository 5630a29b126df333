package io.usher.apiserver.admission;

import io.usher.apiserver.admission.match.Reinvocation;
import io.usher.apiserver.admission.policy.MutatingPolicies;
import io.usher.apiserver.admission.webhook.MutatingWebhooks;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.ResourceRegistry;
import java.util.List;

/**
 * Plugins as one, in their order. When a policy or a webhook changes an object, all of them see it
 * a second time, and of the policies and webhooks those that ask for it.
 */
public final class AdmissionChain implements AdmissionPlugin, AutoCloseable {

  private final List<AdmissionPlugin> plugins;

  public AdmissionChain(List<AdmissionPlugin> plugins) {
    this.plugins = List.copyOf(plugins);
  }

  @Override
  public String name() {
    return "AdmissionChain";
  }

  @Override
  public void join(Authorizer authorizer, ResourceRegistry types) {
    plugins.forEach(plugin -> plugin.join(authorizer, types));
  }

  @Override
  public void admit(AdmissionAttributes attributes) {
    var policies = new Reinvocation();
    var webhooks = new Reinvocation();
    admit(attributes, policies, webhooks);
    if (policies.isNeeded() || webhooks.isNeeded()) {
      policies.begin();
      webhooks.begin();
      admit(attributes, policies, webhooks);
    }
  }

  private void admit(
      AdmissionAttributes attributes, Reinvocation ofPolicies, Reinvocation ofWebhooks) {
    for (AdmissionPlugin plugin : plugins) {
      if (plugin instanceof MutatingPolicies policies) {
        policies.admit(attributes, ofPolicies);
      } else if (plugin instanceof MutatingWebhooks webhooks) {
        webhooks.admit(attributes, ofWebhooks);
      } else {
        plugin.admit(attributes);
      }
    }
  }

  @Override
  public void validate(AdmissionAttributes attributes) {
    plugins.forEach(plugin -> plugin.validate(attributes));
  }

  /** Closes those plugins that follow a store. */
  @Override
  public void close() throws Exception {
    for (AdmissionPlugin plugin : plugins) {
      if (plugin instanceof AutoCloseable closeable) {
        closeable.close();
      }
    }
  }
}
