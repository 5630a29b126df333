package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.FieldError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is wrong with the schema of a definition, in kube-apiserver's words: whether it is
 * structural, uses only what is supported, has defaults that it takes itself, and rules in CEL that
 * can be evaluated.
 */
public final class SchemaChecks {

  private static final List<String> TYPES =
      List.of("array", "boolean", "integer", "number", "object", "string");

  private static final Set<String> OF_RESOURCES = Set.of("metadata", "kind", "apiVersion");

  /** What a schema's root may say beside its status. */
  private static final List<String> AT_ROOT =
      List.of(
          "Description",
          "Type",
          "Format",
          "Title",
          "Maximum",
          "ExclusiveMaximum",
          "Minimum",
          "ExclusiveMinimum",
          "MaxLength",
          "MinLength",
          "Pattern",
          "MaxItems",
          "MinItems",
          "UniqueItems",
          "MultipleOf",
          "Required",
          "Items",
          "Properties",
          "ExternalDocs",
          "Example",
          "XPreserveUnknownFields",
          "XValidations");

  private static final Set<String> NOT_AT_ROOT =
      Set.of(
          "id",
          "$schema",
          "$ref",
          "default",
          "maxProperties",
          "minProperties",
          "enum",
          "allOf",
          "oneOf",
          "anyOf",
          "not",
          "additionalProperties",
          "patternProperties",
          "dependencies",
          "additionalItems",
          "definitions",
          "nullable",
          "x-kubernetes-embedded-resource",
          "x-kubernetes-int-or-string",
          "x-kubernetes-list-map-keys",
          "x-kubernetes-list-type",
          "x-kubernetes-map-type");

  /** Each takes about a millisecond to compile, twice. */
  private static final int MAX_RULES = 2000;

  private static final List<String> UNSUPPORTED =
      List.of("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref");

  private final List<FieldError> errors = new ArrayList<>();

  /** Told behind all others. */
  private final List<FieldError> ofRules = new ArrayList<>();

  private final RuleCosts costs;

  private final boolean structural;

  private SchemaChecks(boolean structural, boolean unchanged) {
    this.structural = structural;
    costs = new RuleCosts(unchanged);
  }

  /**
   * What is wrong with a schema.
   *
   * @param path of the schema, {@code spec.validation.openAPIV3Schema}
   * @param status whether {@code status} is a subresource
   * @param unchanged whether it is stored like this, so that no rule is too costly alone
   */
  public static List<FieldError> check(
      JsonNode schema, String path, boolean status, boolean unchanged) {
    return ToldErrors.of(schema, () -> problems(schema, path, status, unchanged));
  }

  private static List<FieldError> problems(
      JsonNode schema, String path, boolean status, boolean unchanged) {
    var errors = new ArrayList<FieldError>();
    int rules =
        schema.findValues("x-kubernetes-validations").stream().mapToInt(JsonNode::size).sum();
    if (rules > MAX_RULES) {
      errors.add(
          new FieldError(
              FieldError.Reason.TOO_MANY,
              path,
              IntNode.valueOf(rules),
              "must have at most " + MAX_RULES + " rules in all its x-kubernetes-validations"));
      return errors;
    }
    if (status) {
      root(schema, path, errors);
    }
    if (schema.path("nullable").asBoolean()) {
      errors.add(FieldError.forbidden(path + ".nullable", "nullable cannot be true at the root"));
    }
    List<FieldError> structural =
        isSupported(schema) ? StructuralChecks.check(schema, path) : List.of();
    if (structural.isEmpty() && isSupported(schema)) {
      SchemaNode root = SchemaNode.ofResource(schema);
      structural = new ArrayList<>();
      defaults(root, path, true, structural);
    }
    errors.addAll(structural);
    var checks = new SchemaChecks(structural.isEmpty() && isSupported(schema), unchanged);
    checks.level(schema, path, new Scope(true, false, "", "", 1));
    errors.addAll(checks.errors);
    errors.addAll(checks.ofRules);
    errors.addAll(checks.costs.total(path));
    return errors;
  }

  private static void root(JsonNode schema, String path, List<FieldError> errors) {
    if (!schema.path("type").asText("object").equals("object")) {
      errors.add(
          FieldError.invalid(
              path + ".type",
              schema.get("type"),
              "only \"object\" is allowed as the type at the root of the schema if the status"
                  + " subresource is enabled"));
    } else if (schema.properties().stream().anyMatch(each -> NOT_AT_ROOT.contains(each.getKey()))) {
      errors.add(
          FieldError.invalid(
              path,
              schema,
              "only ["
                  + String.join(" ", AT_ROOT)
                  + "] fields are allowed at the root of the schema if the status subresource is"
                  + " enabled"));
    }
  }

  /** Whether it has none of what is refused, and makes structure impossible to see. */
  private static boolean isSupported(JsonNode schema) {
    return UNSUPPORTED.stream().noneMatch(keyword -> uses(schema, keyword));
  }

  private static boolean uses(JsonNode schema, String keyword) {
    if (schema.has(keyword)) {
      return true;
    }
    for (String one : List.of("items", "additionalProperties", "not")) {
      if (schema.path(one).isObject() && uses(schema.get(one), keyword)) {
        return true;
      }
    }
    for (String many : List.of("properties", "allOf", "anyOf", "oneOf")) {
      for (JsonNode each : schema.path(many)) {
        if (uses(each, keyword)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Defaults have no unknown fields, and are valid themselves. */
  private static void defaults(
      SchemaNode schema, String path, boolean resource, List<FieldError> errors) {
    JsonNode fallback = schema.fallback();
    if (fallback != null) {
      ofValue(fallback, schema, path + ".default", errors);
    }
    if (schema.items() != null) {
      defaults(schema.items(), path + ".items", false, errors);
    }
    schema
        .properties()
        .forEach(
            (name, property) -> {
              boolean typeMeta =
                  (resource || schema.isEmbeddedResource()) && OF_RESOURCES.contains(name);
              if (!typeMeta) {
                defaults(property, path + ".properties[" + name + ']', false, errors);
              }
            });
  }

  private static void ofValue(
      JsonNode fallback, SchemaNode schema, String path, List<FieldError> errors) {
    JsonNode pruned = fallback.deepCopy();
    if (!Pruning.prune(pruned, schema).isEmpty()) {
      errors.add(FieldError.invalid(path, fallback, "must not have unknown fields"));
    }
    List<FieldError> problems = new SchemaValidator(path).validate(fallback, schema, null);
    if (problems.isEmpty()) {
      ValidationRules rules = ValidationRules.of(schema);
      problems = rules.isEmpty() ? List.of() : rules.check(fallback, fallback, path);
      if (problems.isEmpty() && !rules.isEmpty()) {
        problems = rules.check(fallback, null, path);
      }
    }
    errors.addAll(problems);
  }

  /**
   * What surrounds a schema.
   *
   * @param root whether it is the root
   * @param meta whether it is within metadata
   * @param noDefaults why there may be no default, or empty
   * @param uncorrelated the path from which on nobody can tell what a value was; empty for none
   */
  private record Scope(
      boolean root, boolean meta, String noDefaults, String uncorrelated, long cardinality) {

    Scope below() {
      return new Scope(false, meta, noDefaults, uncorrelated, cardinality);
    }

    Scope withoutDefaults(String reason) {
      return new Scope(false, meta, reason, uncorrelated, cardinality);
    }

    Scope inMetadata(boolean top, String property) {
      return new Scope(
          false, true, top ? "in top-level " + property : noDefaults, uncorrelated, cardinality);
    }

    Scope uncorrelatedFrom(String path) {
      return new Scope(
          root, meta, noDefaults, uncorrelated.isEmpty() ? path : uncorrelated, cardinality);
    }

    /** As often as there are parts in a value of the schema. */
    Scope within(JsonNode schema) {
      return new Scope(
          root, meta, noDefaults, uncorrelated, RuleCosts.cardinality(cardinality, schema));
    }
  }

  private void level(JsonNode schema, String path, Scope scope) {
    level(schema, path, scope, structural);
  }

  private void level(JsonNode schema, String path, Scope scope, boolean rules) {
    int before = errors.size();
    Scope inner = scope.within(schema);
    standard(schema, path, scope);
    if (schema.path("uniqueItems").asBoolean()) {
      forbidden(
          path + ".uniqueItems",
          "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
    }
    JsonNode values = schema.path("additionalProperties");
    if (schema.has("additionalProperties")) {
      String at = path + ".additionalProperties";
      if (!schema.path("properties").isEmpty() && !values.asBoolean()) {
        forbidden(at, "additionalProperties and properties are mutual exclusive");
      }
      if (values.isObject()) {
        Scope below =
            scope.meta()
                ? inner.withoutDefaults("inside additionalProperties applying to object metadata")
                : inner.below();
        level(values, at, below, rules);
      }
    }
    boolean resource = scope.root() || schema.path("x-kubernetes-embedded-resource").asBoolean();
    for (Map.Entry<String, JsonNode> each : schema.path("properties").properties()) {
      Scope below =
          resource && OF_RESOURCES.contains(each.getKey())
              ? inner.inMetadata(scope.root(), each.getKey())
              : inner.below();
      level(each.getValue(), path + ".properties[" + each.getKey() + ']', below, rules);
    }
    if (schema.path("not").isObject()) {
      level(schema.get("not"), path + ".not", inner.below(), false);
    }
    for (String keyword : List.of("allOf", "oneOf", "anyOf")) {
      JsonNode list = schema.path(keyword);
      for (int i = 0; i < list.size(); i++) {
        level(list.get(i), path + '.' + keyword + '[' + i + ']', inner.below(), false);
      }
    }
    if (schema.path("items").isObject()) {
      boolean map = schema.path("x-kubernetes-list-type").asText().equals("map");
      Scope below = map ? inner.below() : inner.below().uncorrelatedFrom(path);
      level(schema.get("items"), path + ".items", below, rules);
    }
    extensions(schema, path);
    ruleForms(schema, path);
    if (rules && errors.size() == before && schema.has("x-kubernetes-validations")) {
      rules(schema, path, scope);
    }
  }

  private void standard(JsonNode schema, String path, Scope scope) {
    JsonNode type = schema.path("type");
    if (!type.asText().isEmpty() && !TYPES.contains(type.asText())) {
      errors.add(FieldError.notSupported(path + ".type", type, TYPES));
    }
    if (schema.has("default") && !scope.noDefaults().isEmpty()) {
      forbidden(path + ".default", "must not be set " + scope.noDefaults());
    }
    for (String keyword : UNSUPPORTED) {
      if (schema.has(keyword)) {
        forbidden(path + '.' + keyword, keyword + " is not supported");
      }
    }
    if (type.asText().equals("null")) {
      forbidden(path + ".type", "type cannot be set to null, use nullable as an alternative");
    }
    if (schema.path("items").isArray()) {
      forbidden(path + ".items", "items must be a schema object and not an array");
    }
    if (scope.meta() && schema.path("x-kubernetes-embedded-resource").asBoolean()) {
      forbidden(
          path + ".x-kubernetes-embedded-resource", "must not be used inside of resource meta");
    }
  }

  private void extensions(JsonNode schema, String path) {
    JsonNode open = schema.path("x-kubernetes-preserve-unknown-fields");
    if (open.isBoolean() && !open.booleanValue()) {
      invalid(
          path + ".x-kubernetes-preserve-unknown-fields",
          BooleanNode.FALSE,
          "must be true or undefined");
    }
    typed(schema, path, "x-kubernetes-map-type", "object", List.of("atomic", "granular"));
    boolean listed =
        typed(schema, path, "x-kubernetes-list-type", "array", List.of("atomic", "set", "map"));
    String listType = schema.path("x-kubernetes-list-type").asText();
    JsonNode items = schema.path("items");
    if (listed && listType.equals("set")) {
      elementsOfSet(items, path + ".items");
    }
    JsonNode keys = schema.path("x-kubernetes-list-map-keys");
    if (!keys.isEmpty() && !listType.equals("map")) {
      String at = path + ".x-kubernetes-list-type";
      String problem = "must be map if x-kubernetes-list-map-keys is non-empty";
      if (listType.isEmpty()) {
        required(at, problem);
      } else {
        invalid(at, TextNode.valueOf(listType), problem);
      }
    }
    if (listType.equals("map")) {
      map(items, keys, path);
    }
    if (items.isObject() && (listType.equals("map") || listType.equals("set"))) {
      nullability(items, keys, listType, path + ".items");
    }
  }

  /** Whether the extension is there, and its schema of the type that it is for. */
  private boolean typed(
      JsonNode schema, String path, String extension, String type, List<String> supported) {
    if (!schema.has(extension)) {
      return false;
    }
    String actual = schema.path("type").asText();
    if (!actual.equals(type)) {
      String problem = "must be " + type + " if " + extension + " is specified";
      if (actual.isEmpty()) {
        required(path + ".type", problem);
      } else {
        invalid(path + ".type", TextNode.valueOf(actual), problem);
      }
    }
    JsonNode value = schema.get(extension);
    if (!supported.contains(value.asText())) {
      errors.add(FieldError.notSupported(path + '.' + extension, value, supported));
    }
    return actual.equals(type);
  }

  private void elementsOfSet(JsonNode items, String path) {
    String type = items.path("type").asText();
    String listType = items.path("x-kubernetes-list-type").asText("atomic");
    String problem = "must be atomic as item of a list with x-kubernetes-list-type=set";
    if (type.equals("array") && !listType.equals("atomic")) {
      invalid(path + ".x-kubernetes-list-type", TextNode.valueOf(listType), problem);
    }
    if (type.equals("object") && !items.path("x-kubernetes-map-type").asText().equals("atomic")) {
      // As kube-apiserver, which shows the type of a list there.
      errors.add(FieldError.invalid(path + ".x-kubernetes-map-type", (JsonNode) null, problem));
    }
  }

  private void map(JsonNode items, JsonNode keys, String path) {
    String at = path + ".x-kubernetes-list-map-keys";
    if (keys.isEmpty()) {
      required(at, "must not be empty if x-kubernetes-list-type is map");
    }
    if (items.isMissingNode()) {
      required(path + ".items", "must have a schema if x-kubernetes-list-type is map");
      return;
    }
    String type = items.path("type").asText();
    if (!type.equals("object")) {
      invalid(
          path + ".items.type",
          TextNode.valueOf(type),
          "must be object if parent array's x-kubernetes-list-type is map");
      return;
    }
    var seen = new HashSet<String>();
    for (JsonNode key : keys) {
      JsonNode property = items.path("properties").path(key.asText());
      String ofProperty = property.path("type").asText();
      if (!property.isObject()) {
        invalid(at, keys, "entries must all be names of item properties");
      } else if (ofProperty.equals("array") || ofProperty.equals("object")) {
        invalid(
            path + ".items.properties[" + key.asText() + "].type",
            TextNode.valueOf(type),
            "must be a scalar type if parent array's x-kubernetes-list-type is map");
      }
      if (!seen.add(key.asText())) {
        invalid(at, keys, "must not contain duplicate entries");
      }
    }
  }

  private void nullability(JsonNode items, JsonNode keys, String listType, String path) {
    if (items.path("nullable").asBoolean()) {
      forbidden(
          path + ".nullable", "cannot be nullable when x-kubernetes-list-type is " + listType);
    }
    if (!listType.equals("map")) {
      return;
    }
    var required = new HashSet<String>();
    items.path("required").forEach(each -> required.add(each.asText()));
    for (JsonNode key : keys) {
      JsonNode property = items.path("properties").path(key.asText());
      String at = path + ".properties[" + key.asText() + ']';
      if (property.isObject() && !required.contains(key.asText()) && !property.has("default")) {
        required(
            at + ".default",
            "this property is in x-kubernetes-list-map-keys, so it must have a default or be a"
                + " required property");
      }
      if (property.path("nullable").asBoolean()) {
        forbidden(
            at + ".nullable",
            "this property is in x-kubernetes-list-map-keys, so it cannot be nullable");
      }
    }
  }

  private static final List<String> REASONS =
      List.of(
          "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired");

  /** What can be said of rules without compiling them. */
  private void ruleForms(JsonNode schema, String path) {
    JsonNode rules = schema.path("x-kubernetes-validations");
    for (int i = 0; i < rules.size(); i++) {
      JsonNode rule = rules.get(i);
      String at = path + ".x-kubernetes-validations[" + i + ']';
      String expression = rule.path("rule").asText().strip();
      String message = rule.path("message").asText();
      if (expression.isEmpty()) {
        required(at + ".rule", "rule is not specified");
      } else if (!message.isEmpty() && message.isBlank()) {
        invalid(at + ".message", rule.get("message"), "must be non-empty if specified");
      } else if (hasLines(message.strip())) {
        invalid(at + ".message", rule.get("message"), "must not contain line breaks");
      } else if (hasLines(expression) && message.isBlank()) {
        required(at + ".message", "message must be specified if rule contains line breaks");
      }
      String messageExpression = rule.path("messageExpression").asText();
      if (!messageExpression.isEmpty() && messageExpression.isBlank()) {
        required(at + ".messageExpression", "messageExpression must be non-empty if specified");
      }
      if (rule.hasNonNull("reason") && !REASONS.contains(rule.get("reason").asText())) {
        errors.add(FieldError.notSupported(at + ".reason", rule.get("reason"), REASONS));
      }
      String fieldPath = rule.path("fieldPath").asText();
      if (!fieldPath.isEmpty() && fieldPath.isBlank()) {
        invalid(at + ".fieldPath", rule.get("fieldPath"), "must be non-empty if specified");
      }
      if (hasLines(fieldPath)) {
        invalid(at + ".fieldPath", rule.get("fieldPath"), "must not contain line breaks");
      }
      if (!fieldPath.isEmpty()
          && !FieldPath.of(fieldPath, SchemaNode.of(schema)).problem().isEmpty()) {
        invalid(at + ".fieldPath", rule.get("fieldPath"), "must be a valid path");
      }
    }
  }

  private static boolean hasLines(String text) {
    return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
  }

  private void rules(JsonNode schema, String path, Scope scope) {
    SchemaNode node = scope.root() ? SchemaNode.ofResource(schema) : SchemaNode.of(schema);
    List<ValidationRule> compiled = ValidationRules.compile(node);
    for (int i = 0; i < compiled.size(); i++) {
      ValidationRule rule = compiled.get(i);
      JsonNode json = schema.path("x-kubernetes-validations").get(i);
      String at = path + ".x-kubernetes-validations[" + i + ']';
      long times = RuleCosts.times(scope.cardinality(), node);
      if (rule.condition() != null) {
        ofRules.addAll(costs.of(at + ".rule", "rule", rule.condition().estimatedCost(), times));
      }
      if (!rule.problem().isEmpty()) {
        ofRules.add(FieldError.invalid(at + ".rule", shown(json), rule.problem()));
      }
      if (!rule.messageProblem().isEmpty()) {
        ofRules.add(
            FieldError.invalid(at + ".messageExpression", shown(json), rule.messageProblem()));
      } else if (rule.messageExpression() != null) {
        ofRules.addAll(
            costs.of(
                at + ".messageExpression",
                "messageExpression",
                rule.messageExpression().estimatedCost(),
                1));
      }
      boolean change = rule.condition() != null && rule.condition().usesOldSelf();
      if (change && !scope.uncorrelated().isEmpty()) {
        ofRules.add(
            FieldError.invalid(
                at + ".rule",
                json.get("rule"),
                "oldSelf cannot be used on the uncorrelatable portion of the schema within "
                    + scope.uncorrelated()));
      } else if (!change && rule.condition() != null && json.has("optionalOldSelf")) {
        ofRules.add(
            FieldError.invalid(
                at + ".optionalOldSelf",
                json.get("optionalOldSelf"),
                "may not be set if oldSelf is not used in rule"));
      }
    }
  }

  /** A rule as kube-apiserver shows it, by the names of its Go fields. */
  private static ObjectNode shown(JsonNode rule) {
    ObjectNode shown = ((ObjectNode) rule).objectNode();
    shown.put("Rule", rule.path("rule").asText());
    shown.put("Message", rule.path("message").asText());
    shown.put("MessageExpression", rule.path("messageExpression").asText());
    shown.set("Reason", rule.get("reason"));
    shown.put("FieldPath", rule.path("fieldPath").asText());
    shown.set("OptionalOldSelf", rule.get("optionalOldSelf"));
    return shown;
  }

  private void required(String path, String detail) {
    errors.add(FieldError.required(path, detail));
  }

  private void forbidden(String path, String detail) {
    errors.add(FieldError.forbidden(path, detail));
  }

  private void invalid(String path, JsonNode value, String detail) {
    errors.add(FieldError.invalid(path, value, detail));
  }
}
