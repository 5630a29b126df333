package io.usher.apiserver.apiextensions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.admission.webhook.WebhookCaller;
import io.usher.apiserver.api.Column;
import io.usher.apiserver.api.Conversion;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.Scope;
import io.usher.apiserver.api.SelectableField;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.api.Subresource;
import io.usher.apiserver.schema.StructuralSchema;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The type that a CustomResourceDefinition defines. */
public final class DefinedType {

  private final JsonNode spec;
  private final JsonNode names;
  private final ObjectNode definition;
  private final WebhookCaller webhooks;
  private final Clock clock;

  private DefinedType(ObjectNode definition, WebhookCaller webhooks, Clock clock) {
    this.definition = definition;
    this.spec = definition.path("spec");
    this.names = definition.path("status").path("acceptedNames");
    this.webhooks = webhooks;
    this.clock = clock;
  }

  /**
   * The type, by the names that its definition's status accepts; null when it serves no version.
   *
   * @param definition valid; not changed afterwards
   * @param webhooks calls what converts between versions
   * @param clock tells how long ago something was
   */
  public static @Nullable ResourceType of(
      ObjectNode definition, WebhookCaller webhooks, Clock clock) {
    return new DefinedType(definition, webhooks, clock).build();
  }

  private @Nullable ResourceType build() {
    ResourceType.Builder type =
        ResourceType.builder(group(), names.path("kind").asText())
            .listKind(names.path("listKind").asText())
            .plural(names.path("plural").asText())
            .singular(names.path("singular").asText())
            .scope(spec.path("scope").asText().equals("Cluster") ? Scope.CLUSTER : Scope.NAMESPACED)
            .shortNames(texts(names.path("shortNames")))
            .categories(texts(names.path("categories")))
            .strategy(
                new CustomResources(
                    new GroupResource(group(), names.path("plural").asText()),
                    Conditions.isTrue(definition, "Terminating")));
    VersionConversion.Converter converter = converter();
    boolean served = false;
    for (JsonNode version : spec.path("versions")) {
      if (version.path("storage").asBoolean()) {
        type.storedVersion(version.path("name").asText());
      }
      if (version.path("served").asBoolean()) {
        type.version(version(version, converter));
        served = true;
      }
    }
    return served ? type.build() : null;
  }

  private String group() {
    return spec.path("group").asText();
  }

  private static String[] texts(JsonNode list) {
    var texts = new ArrayList<String>();
    list.forEach(each -> texts.add(each.asText()));
    return texts.toArray(String[]::new);
  }

  private VersionConversion.Converter converter() {
    JsonNode conversion = spec.path("conversion");
    return conversion.path("strategy").asText().equals("Webhook")
        ? new WebhookConverter(
            webhooks, definition.path("metadata").path("name").asText(), conversion.path("webhook"))
        : VersionConversion.Converter.NONE;
  }

  private String apiVersion(String version) {
    return new GroupVersionKind(group(), version, "").apiVersion();
  }

  private String storedVersion() {
    for (JsonNode version : spec.path("versions")) {
      if (version.path("storage").asBoolean()) {
        return version.path("name").asText();
      }
    }
    return "";
  }

  private ServedVersion version(JsonNode version, VersionConversion.Converter converter) {
    String name = version.path("name").asText();
    StructuralSchema schema = schema(version);
    var conversion =
        new VersionConversion(apiVersion(name), apiVersion(storedVersion()), schema, converter);
    List<Column> columns = PrinterColumns.of(version.path("additionalPrinterColumns"), clock);
    return ServedVersion.of(name)
        .withSchema(schema)
        .withColumns(columns)
        .withSelectableFields(selectableFields(version.path("selectableFields"), conversion))
        .withConversion(conversion)
        .withSubresources(subresources(version.path("subresources")))
        .withDeprecationWarning(Deprecation.of(spec, version));
  }

  private static StructuralSchema schema(JsonNode version) {
    StructuralSchema schema =
        StructuralSchema.of(
            version.at("/schema/openAPIV3Schema") instanceof ObjectNode declared
                ? declared
                : JsonNodeFactory.instance.objectNode());
    JsonNode scale = version.at("/subresources/scale");
    return scale.isObject()
        ? schema.withScale(
            scale.path("specReplicasPath").asText(),
            scale.path("statusReplicasPath").asText(),
            scale.path("labelSelectorPath").asText())
        : schema;
  }

  private static List<Subresource> subresources(JsonNode declared) {
    var subresources = new ArrayList<Subresource>();
    if (declared.path("status").isObject()) {
      subresources.add(Subresource.Part.status());
    }
    JsonNode scale = declared.path("scale");
    if (scale.isObject()) {
      subresources.add(
          new Subresource.Scale(
              withoutDot(scale.path("specReplicasPath").asText()),
              withoutDot(scale.path("statusReplicasPath").asText()),
              withoutDot(scale.path("labelSelectorPath").asText())));
    }
    return subresources;
  }

  private static String withoutDot(String path) {
    return path.startsWith(".") ? path.substring(1) : path;
  }

  /** Selectors are about objects as the version shows them. */
  private static List<SelectableField> selectableFields(JsonNode declared, Conversion conversion) {
    var fields = new ArrayList<SelectableField>();
    for (JsonNode each : declared) {
      String path = withoutDot(each.path("jsonPath").asText());
      String pointer = '/' + path.replace('.', '/');
      fields.add(
          new SelectableField(
              path,
              stored -> {
                ObjectNode object = stored.deepCopy();
                conversion.fromStored(object);
                return object.at(pointer).asText();
              }));
    }
    return fields;
  }
}
