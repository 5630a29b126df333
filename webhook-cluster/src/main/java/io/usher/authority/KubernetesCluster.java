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
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The API server. Objects are patched, as a model here may lack fields that the server knows. */
final class KubernetesCluster implements Cluster {

  private static final List<String> KINDS =
      List.of("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration");

  private static final String DEFINITION = "CustomResourceDefinition";

  private static final String DEFINITION_BUNDLE = "/spec/conversion/webhook/clientConfig/caBundle";

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
      GenericKubernetesResource configuration = configuration(kind, settings.name()).get();
      if (configuration != null) {
        found.add(registration(kind, configuration));
      }
    }
    for (String name : settings.definitions()) {
      GenericKubernetesResource definition = configuration(DEFINITION, name).get();
      if (definition != null && callsTheServer(definition)) {
        String bundle = definition.get("spec", "conversion", "webhook", "clientConfig", "caBundle");
        found.add(
            new WebhookConfiguration(
                DEFINITION,
                name,
                definition.getMetadata().getResourceVersion(),
                List.of(bundle(bundle))));
      }
    }
    return found;
  }

  /** One that calls another server has a CA that is not for this authority to change. */
  private boolean callsTheServer(GenericKubernetesResource definition) {
    Map<String, ?> service =
        definition.get("spec", "conversion", "webhook", "clientConfig", "service");
    return service != null
        && settings.name().equals(service.get("name"))
        && settings.namespace().equals(service.get("namespace"));
  }

  private static TrustBundle bundle(@Nullable String encoded) {
    return encoded == null
        ? TrustBundle.EMPTY
        : TrustBundle.leniently(Base64.getDecoder().decode(encoded));
  }

  private static WebhookConfiguration registration(
      String kind, GenericKubernetesResource configuration) {
    var bundles = new ArrayList<TrustBundle>();
    List<?> webhooks = configuration.get("webhooks");
    for (int i = 0; webhooks != null && i < webhooks.size(); i++) {
      String bundle = configuration.get("webhooks", i, "clientConfig", "caBundle");
      bundles.add(bundle(bundle));
    }
    return new WebhookConfiguration(
        kind,
        configuration.getMetadata().getName(),
        configuration.getMetadata().getResourceVersion(),
        bundles);
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
          .put(
              "path",
              registration.kind().equals(DEFINITION)
                  ? DEFINITION_BUNDLE
                  : "/webhooks/" + i + "/clientConfig/caBundle")
          .put("value", Base64.getEncoder().encodeToString(bundle));
    }
    configuration(registration.kind(), registration.name())
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.JSON)
                .withFieldManager("usher-authority")
                .build(),
            patch.toString());
  }

  private Resource<GenericKubernetesResource> configuration(String kind, String name) {
    return client
        .genericKubernetesResources(
            new ResourceDefinitionContext.Builder()
                .withGroup(
                    kind.equals(DEFINITION)
                        ? "apiextensions.k8s.io"
                        : "admissionregistration.k8s.io")
                .withVersion("v1")
                .withKind(kind)
                .withPlural(kind.toLowerCase(Locale.ROOT) + "s")
                .withNamespaced(false)
                .build())
        .withName(name);
  }
}
