package io.usher.cli.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.Pluralize;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.admission.webhook.WebhookCaller;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.Scope;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.api.Subresource;
import io.usher.apiserver.apiextensions.DefinedType;
import io.usher.apiserver.schema.StructuralSchema;
import io.usher.conversion.GroupKind;
import io.usher.manifest.Manifests;
import io.usher.rule.Phase;
import io.usher.rule.ResourceMatch;
import io.usher.rule.RuleDefinition;
import io.usher.webhook.WebhookRegistration;
import io.usher.webhook.declaration.KnownResource;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The types of objects that are not Kubernetes' own: by the definitions among the manifests, then
 * by the rules, and else as their kind says.
 */
final class CustomTypes {

  private final ResourceRegistry registry;
  private final List<WebhookRegistration> webhooks;
  private final WebhookCaller converter;
  private final List<RuleDefinition> rules;

  /**
   * @param webhooks those that may convert between versions
   * @param converter calls them
   */
  CustomTypes(
      ResourceRegistry registry, List<WebhookRegistration> webhooks, WebhookCaller converter) {
    this.registry = registry;
    this.webhooks = List.copyOf(webhooks);
    this.converter = converter;
    this.rules =
        webhooks.stream()
            .flatMap(
                webhook -> Stream.of(Phase.values()).flatMap(each -> webhook.rules(each).stream()))
            .toList();
  }

  /**
   * Registers those of these manifests.
   *
   * @throws ManifestException when an object is of a version that its type does not have, or the
   *     rules convert a type, but not all of its versions
   */
  void register(List<ManifestDocument> documents) {
    for (ManifestDocument document : documents) {
      if (document.object().path("kind").asText().equals("CustomResourceDefinition")) {
        define(document);
      }
    }
    var unknown = new LinkedHashMap<String, Set<GroupVersionKind>>();
    for (ManifestDocument document : documents) {
      GroupVersionKind kind = document.kind();
      ResourceType type = registry.ofKind(kind.group(), kind.kind());
      if (type == null && KnownResource.onlySubresource(kind).isEmpty()) {
        unknown
            .computeIfAbsent(kind.group() + '/' + kind.kind(), absent -> new LinkedHashSet<>())
            .add(kind);
      } else if (type != null && type.version(kind.version()) == null) {
        throw document.invalid(
            "no matches for kind \"%s\" in version \"%s\": write %s"
                .formatted(
                    kind.kind(),
                    kind.apiVersion(),
                    type.versions().stream()
                        .map(
                            each ->
                                new GroupVersionKind(kind.group(), each.name(), kind.kind())
                                    .apiVersion())
                        .toList()));
      }
    }
    unknown.values().forEach(this::take);
  }

  private void define(ManifestDocument document) {
    JsonNode spec = document.object().path("spec");
    JsonNode names = spec.path("names");
    var kind = new GroupKind(spec.path("group").asText(), names.path("kind").asText());
    if (Manifests.converts(webhooks, kind)) {
      defineConverted(document);
      return;
    }
    ResourceType.Builder type =
        ResourceType.builder(spec.path("group").asText(), names.path("kind").asText())
            .plural(names.path("plural").asText())
            .scope(
                spec.path("scope").asText().equals("Cluster") ? Scope.CLUSTER : Scope.NAMESPACED);
    boolean served = false;
    boolean status = false;
    for (JsonNode version : spec.path("versions")) {
      String name = version.path("name").asText();
      if (version.path("served").asBoolean(true)) {
        served = true;
        type.version(
            version.at("/schema/openAPIV3Schema") instanceof ObjectNode schema
                ? ServedVersion.of(name).withSchema(StructuralSchema.of(schema))
                : ServedVersion.of(name));
        status |= version.path("subresources").has("status");
      }
      if (version.path("storage").asBoolean()) {
        type.storedVersion(name);
      }
    }
    if (status) {
      type.subresource(Subresource.Part.status());
    }
    if (served) {
      registry.register(type.build());
    }
  }

  /** Its objects are converted as by an API server that has the definition of these rules. */
  private void defineConverted(ManifestDocument document) {
    try {
      ObjectNode definition =
          Manifests.definition(LocalApiServer.INSTALLATION, webhooks, document.object(), "");
      Objects.requireNonNull(
              registry.resource("apiextensions.k8s.io", "v1", "customresourcedefinitions"))
          .version()
          .schema()
          .setDefaults(definition);
      definition.withObject("/status").set("acceptedNames", definition.at("/spec/names"));
      ResourceType type = DefinedType.of(definition, converter, Clock.systemUTC());
      if (type != null) {
        registry.register(type);
      }
    } catch (IllegalArgumentException e) {
      throw document.invalid(String.valueOf(e.getMessage()));
    }
  }

  /** A kind that no manifest defines, in the versions that manifests use. */
  private void take(Set<GroupVersionKind> kinds) {
    GroupVersionKind kind = kinds.iterator().next();
    ResourceType.Builder type = named(kind);
    kinds.forEach(each -> type.version(ServedVersion.of(each.version())));
    registry.register(type.build());
  }

  private ResourceType.Builder named(GroupVersionKind kind) {
    ResourceType.Builder type = ResourceType.builder(kind.group(), kind.kind());
    for (RuleDefinition rule : rules) {
      Class<?> model = rule.objectType();
      if (model != null
          && HasMetadata.class.isAssignableFrom(model)
          && kind.group().equals(HasMetadata.getGroup(model))
          && kind.kind().equals(HasMetadata.getKind(model))) {
        boolean namespaced = Namespaced.class.isAssignableFrom(model);
        return type.plural(HasMetadata.getPlural(model.asSubclass(HasMetadata.class)))
            .scope(namespaced ? Scope.NAMESPACED : Scope.CLUSTER);
      }
    }
    String plural = Pluralize.toPlural(kind.kind().toLowerCase(Locale.ROOT));
    for (RuleDefinition rule : rules) {
      for (ResourceMatch resource : rule.match().resources()) {
        if (resource.group().equals(kind.group()) && resource.resource().equals(plural)) {
          boolean cluster = rule.match().scope() == io.usher.rule.Scope.CLUSTER;
          return type.plural(plural).scope(cluster ? Scope.CLUSTER : Scope.NAMESPACED);
        }
      }
    }
    return type;
  }
}
