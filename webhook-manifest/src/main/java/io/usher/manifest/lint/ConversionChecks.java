package io.usher.manifest.lint;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.conversion.GroupKind;
import io.usher.manifest.lint.LintRule.ObjectFault;
import io.usher.webhook.WebhookRegistration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What can be wrong with the conversion of a CustomResourceDefinition. That a webhook's versions
 * reach each other is no matter of lint: a jar in which they don't is refused.
 */
final class ConversionChecks {

  private static final Set<String> REVIEW_VERSIONS = Set.of("v1", "v1beta1");

  /** Every object has these, whatever its schema says. */
  private static final Set<String> OF_ALL = Set.of("apiVersion", "kind", "metadata");

  /** A schema that nests deeper is looked at so far. */
  private static final int MOST_LEVELS = 30;

  private ConversionChecks() {}

  static List<ObjectFault> missingCa(List<LintedObject> objects) {
    return definitions(objects)
        .filter(
            each -> {
              JsonNode client = webhook(each).path("clientConfig");
              JsonNode annotations = each.object().at("/metadata/annotations");
              return client.path("service").isObject()
                  && client.path("caBundle").asText("").isEmpty()
                  && EntryChecks.INJECTION_ANNOTATIONS.stream().noneMatch(annotations::has);
            })
        .map(
            each ->
                new ObjectFault(
                    each,
                    "spec.conversion has no caBundle, and no annotation has one injected: nobody can"
                        + " read what is stored in another version"))
        .toList();
  }

  static List<ObjectFault> reviewVersions(List<LintedObject> objects) {
    return definitions(objects)
        .filter(ConversionChecks::isCalled)
        .filter(
            each ->
                texts(webhook(each).path("conversionReviewVersions"))
                    .noneMatch(REVIEW_VERSIONS::contains))
        .map(
            each ->
                new ObjectFault(
                    each,
                    "conversionReviewVersions is "
                        + texts(webhook(each).path("conversionReviewVersions")).toList()))
        .toList();
  }

  /** Served versions of which one has fields that another drops. */
  static List<ObjectFault> none(List<LintedObject> objects) {
    return definitions(objects)
        .filter(each -> !isCalled(each))
        .flatMap(each -> lost(each).stream().map(why -> new ObjectFault(each, why)))
        .toList();
  }

  private static List<String> lost(LintedObject definition) {
    Map<String, JsonNode> schemas = new LinkedHashMap<>();
    for (JsonNode version : definition.object().at("/spec/versions")) {
      if (version.path("served").asBoolean()) {
        schemas.put(version.path("name").asText(), version.at("/schema/openAPIV3Schema"));
      }
    }
    var lost = new ArrayList<String>();
    schemas.forEach(
        (version, schema) -> {
          var missing = new TreeSet<String>();
          schemas.forEach((other, more) -> addMissing("", schema, more, missing, MOST_LEVELS));
          if (!missing.isEmpty()) {
            lost.add("version " + version + " has no " + String.join(", ", missing));
          }
        });
    return lost;
  }

  /** The fields of a schema that another one drops, but not what is within them. */
  private static void addMissing(
      String path, JsonNode schema, JsonNode other, Set<String> missing, int levels) {
    if (levels == 0
        || schema.isMissingNode()
        || schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
      return;
    }
    JsonNode properties = schema.path("properties");
    other
        .path("properties")
        .properties()
        .forEach(
            each -> {
              String field = path.isEmpty() ? each.getKey() : path + '.' + each.getKey();
              JsonNode own = properties.path(each.getKey());
              boolean kept = OF_ALL.contains(field) || schema.has("additionalProperties");
              if (own.isMissingNode() && !kept) {
                missing.add(field);
              } else {
                addMissing(field, own, each.getValue(), missing, levels - 1);
              }
            });
    if (schema.has("items") && other.has("items")) {
      addMissing(path + "[]", schema.get("items"), other.get("items"), missing, levels - 1);
    }
  }

  /** Versions of a definition that the rules, which convert the others, do not know. */
  static List<ObjectFault> missing(List<LintedObject> objects) {
    return ofRules(
        objects,
        (definition, webhook) ->
            versions(definition)
                .filter(each -> !converted(definition, webhook).contains(each))
                .map(
                    each ->
                        "webhook %s converts versions %s of %s, and not %s"
                            .formatted(
                                webhook.name(),
                                converted(definition, webhook),
                                kind(definition),
                                each)));
  }

  /** Versions that rules convert and the definition does not have. */
  static List<ObjectFault> useless(List<LintedObject> objects) {
    return ofRules(
        objects,
        (definition, webhook) -> {
          Set<String> defined = versions(definition).collect(Collectors.toSet());
          return converted(definition, webhook).stream()
              .filter(each -> !defined.contains(each))
              .map(each -> "webhook " + webhook.name() + " converts version " + each);
        });
  }

  /** Definitions whose objects rules convert, and that call something else or nothing. */
  static List<ObjectFault> notCalled(List<LintedObject> objects) {
    return ofRules(
        objects,
        (definition, webhook) -> {
          JsonNode client = webhook(definition).path("clientConfig");
          String path = client.at("/service/path").asText(client.path("url").asText());
          return isCalled(definition) && path.endsWith(webhook.conversionPath())
              ? Stream.empty()
              : Stream.of(
                  "webhook %s converts %s, and spec.conversion %s"
                      .formatted(
                          webhook.name(),
                          kind(definition),
                          isCalled(definition)
                              ? "calls " + path + ", not " + webhook.conversionPath()
                              : "calls none"));
        });
  }

  private interface RuleCheck {
    /** What is wrong with a definition whose objects this webhook converts. */
    Stream<String> apply(LintedObject definition, WebhookRegistration webhook);
  }

  private static List<ObjectFault> ofRules(List<LintedObject> objects, RuleCheck check) {
    return definitions(objects)
        .flatMap(
            definition ->
                definition.webhooks().stream()
                    .filter(webhook -> !converted(definition, webhook).isEmpty())
                    .flatMap(webhook -> check.apply(definition, webhook))
                    .map(why -> new ObjectFault(definition, why)))
        .toList();
  }

  /** The versions of a definition's kind that a webhook converts. */
  private static Set<String> converted(LintedObject definition, WebhookRegistration webhook) {
    return webhook.conversions().stream()
        .filter(each -> each.kind().equals(kind(definition)))
        .flatMap(each -> Stream.of(each.from(), each.to()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static GroupKind kind(LintedObject definition) {
    JsonNode spec = definition.object().path("spec");
    return new GroupKind(spec.path("group").asText(), spec.at("/names/kind").asText());
  }

  private static Stream<String> versions(LintedObject definition) {
    return StreamSupport.stream(definition.object().at("/spec/versions").spliterator(), false)
        .map(each -> each.path("name").asText());
  }

  private static boolean isCalled(LintedObject definition) {
    return definition.object().at("/spec/conversion/strategy").asText().equals("Webhook");
  }

  private static JsonNode webhook(LintedObject definition) {
    return definition.object().at("/spec/conversion/webhook");
  }

  private static Stream<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText);
  }

  private static Stream<LintedObject> definitions(List<LintedObject> objects) {
    return objects.stream().filter(LintedObject::isDefinition);
  }
}
