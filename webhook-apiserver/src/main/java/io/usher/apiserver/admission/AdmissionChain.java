package io.usher.apiserver.admission;

import io.usher.apiserver.admission.webhook.MutatingWebhooks;
import io.usher.apiserver.admission.webhook.Reinvocation;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import java.util.List;

/**
 * Plugins as one, in their order. When a webhook changes an object, all of them see it a second
 * time, and of the webhooks those that ask for it.
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
  public void admit(AdmissionAttributes attributes) {
    var reinvocation = new Reinvocation();
    admit(attributes, reinvocation);
    if (reinvocation.isNeeded()) {
      reinvocation.begin();
      admit(attributes, reinvocation);
    }
  }

  private void admit(AdmissionAttributes attributes, Reinvocation reinvocation) {
    for (AdmissionPlugin plugin : plugins) {
      if (plugin instanceof MutatingWebhooks webhooks) {
        webhooks.admit(attributes, reinvocation);
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
