package io.usher.authority;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The API server. Objects are patched, as a model here may lack fields that the server knows. */
final class KubernetesCluster implements Cluster {

  private static final List<String> KINDS =
      List.of("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration");

  private final KubernetesClient client;
  private final AuthoritySettings settings;

  KubernetesCluster(KubernetesClient client, AuthoritySettings settings) {
    this.client = client;
    this.settings = settings;
  }

  @Override
  public @Nullable Secret secret(String name) {
    return client.secrets().inNamespace(settings.namespace()).withName(name).get();
  }

  @Override
  public void write(Secret secret) {
    var resource = client.secrets().inNamespace(settings.namespace()).resource(secret);
    if (secret.getMetadata().getResourceVersion() == null) {
      resource.create();
    } else {
      resource.update();
    }
  }

  @Override
  public List<WebhookConfiguration> registrations() {
    var found = new ArrayList<WebhookConfiguration>();
    for (String kind : KINDS) {
      GenericKubernetesResource configuration = configuration(kind).get();
      if (configuration != null) {
        found.add(registration(kind, configuration));
      }
    }
    return found;
  }

  private static WebhookConfiguration registration(
      String kind, GenericKubernetesResource configuration) {
    var bundles = new ArrayList<TrustBundle>();
    List<?> webhooks = configuration.get("webhooks");
    for (int i = 0; webhooks != null && i < webhooks.size(); i++) {
      String bundle = configuration.get("webhooks", i, "clientConfig", "caBundle");
      bundles.add(
          bundle == null
              ? TrustBundle.EMPTY
              : TrustBundle.leniently(Base64.getDecoder().decode(bundle)));
    }
    return new WebhookConfiguration(
        kind, configuration.getMetadata().getResourceVersion(), bundles);
  }

  /** The older version in a patch is a conflict, as in an update. */
  @Override
  public void trust(WebhookConfiguration registration, byte[] bundle) {
    var patch = JsonNodeFactory.instance.arrayNode();
    patch
        .addObject()
        .put("op", "replace")
        .put("path", "/metadata/resourceVersion")
        .put("value", registration.version());
    for (int i = 0; i < registration.bundles().size(); i++) {
      patch
          .addObject()
          .put("op", "add")
          .put("path", "/webhooks/" + i + "/clientConfig/caBundle")
          .put("value", Base64.getEncoder().encodeToString(bundle));
    }
    configuration(registration.kind())
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.JSON)
                .withFieldManager("usher-authority")
                .build(),
            patch.toString());
  }

  private Resource<GenericKubernetesResource> configuration(String kind) {
    return client
        .genericKubernetesResources(
            new ResourceDefinitionContext.Builder()
                .withGroup("admissionregistration.k8s.io")
                .withVersion("v1")
                .withKind(kind)
                .withPlural(kind.toLowerCase(Locale.ROOT) + "s")
                .withNamespaced(false)
                .build())
        .withName(settings.name());
  }
}
