package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.usher.cel.ConditionException;
import io.usher.cel.Regex;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One level of a schema, {@code JSONSchemaProps}, with the levels below it. What a value has to do
 * with a keyword is for those who ask. Immutable.
 */
final class SchemaNode {

  private final JsonNode json;
  private final Map<String, SchemaNode> properties = new LinkedHashMap<>();
  private final @Nullable SchemaNode items;
  private final @Nullable SchemaNode values;
  private final @Nullable SchemaNode not;
  private final List<SchemaNode> allOf;
  private final List<SchemaNode> anyOf;
  private final List<SchemaNode> oneOf;
  private final List<String> required = new ArrayList<>();
  private final List<String> listMapKeys = new ArrayList<>();
  private final String format;
  private final @Nullable Regex pattern;
  private final boolean embedded;

  private SchemaNode(JsonNode json, boolean root) {
    this.json = json;
    json.path("properties")
        .properties()
        .forEach(each -> properties.put(each.getKey(), of(each.getValue())));
    items = ifAny(json.get("items"));
    values = ifAny(json.get("additionalProperties"));
    not = ifAny(json.get("not"));
    allOf = all(json.path("allOf"));
    anyOf = all(json.path("anyOf"));
    oneOf = all(json.path("oneOf"));
    json.path("required").forEach(each -> required.add(each.asText()));
    json.path("x-kubernetes-list-map-keys").forEach(each -> listMapKeys.add(each.asText()));
    format = Formats.supported(json.path("format").asText(), json.path("type").asText());
    pattern = compiled(json.path("pattern").asText());
    embedded = root || flag("x-kubernetes-embedded-resource");
  }

  static SchemaNode of(JsonNode json) {
    return new SchemaNode(json, false);
  }

  /** The schema of a whole object, which has {@code apiVersion}, {@code kind} and metadata. */
  static SchemaNode ofResource(JsonNode json) {
    return new SchemaNode(json, true);
  }

  private static @Nullable SchemaNode ifAny(@Nullable JsonNode json) {
    return json != null && json.isObject() ? of(json) : null;
  }

  private static List<SchemaNode> all(JsonNode list) {
    var nodes = new ArrayList<SchemaNode>(list.size());
    list.forEach(each -> nodes.add(of(each)));
    return nodes;
  }

  /** Patterns are RE2's, whose time is linear: objects are not trusted. */
  private static @Nullable Regex compiled(String regex) {
    try {
      return regex.isEmpty() ? null : Regex.of(regex);
    } catch (ConditionException e) {
      // A definition with it is refused; of a type that a program registers it matches nothing.
      return Regex.NOTHING;
    }
  }

  JsonNode json() {
    return json;
  }

  String type() {
    return json.path("type").asText();
  }

  boolean isNullable() {
    return flag("nullable");
  }

  boolean isIntOrString() {
    return flag("x-kubernetes-int-or-string");
  }

  boolean preservesUnknownFields() {
    return flag("x-kubernetes-preserve-unknown-fields");
  }

  /** Whether the value is a whole object, with {@code apiVersion}, {@code kind} and metadata. */
  boolean isEmbeddedResource() {
    return embedded;
  }

  /** Whether the elements of an object are told apart by their keys, and not taken as one. */
  String listType() {
    return json.path("x-kubernetes-list-type").asText();
  }

  String mapType() {
    return json.path("x-kubernetes-map-type").asText();
  }

  List<String> listMapKeys() {
    return listMapKeys;
  }

  private boolean flag(String keyword) {
    return json.path(keyword).asBoolean();
  }

  boolean has(String keyword) {
    return json.hasNonNull(keyword);
  }

  /** The limit that a keyword sets, such as {@code maxItems}. */
  JsonNode limit(String keyword) {
    return json.path(keyword);
  }

  boolean isExclusive(String keyword) {
    return flag(keyword);
  }

  /** The default; null where there is none. */
  @Nullable JsonNode fallback() {
    JsonNode fallback = json.get("default");
    return fallback == null || fallback.isNull() ? null : fallback;
  }

  /** The values that there may be; null for any. */
  @Nullable ArrayNode enumeration() {
    return json.get("enum") instanceof ArrayNode allowed && !allowed.isEmpty() ? allowed : null;
  }

  /** The format, where it is one that is checked for the type; else empty. */
  String format() {
    return format;
  }

  @Nullable Regex pattern() {
    return pattern;
  }

  Map<String, SchemaNode> properties() {
    return properties;
  }

  @Nullable SchemaNode property(String name) {
    return properties.get(name);
  }

  @Nullable SchemaNode items() {
    return items;
  }

  /** The schema of the values of a map, {@code additionalProperties}; null where there is none. */
  @Nullable SchemaNode values() {
    return values;
  }

  /** Whether {@code additionalProperties} is there, whatever it is. */
  boolean hasValues() {
    return json.has("additionalProperties");
  }

  /** Whether {@code additionalProperties} is false. */
  boolean forbidsValues() {
    JsonNode declared = json.path("additionalProperties");
    return declared.isBoolean() && !declared.booleanValue();
  }

  /** The schema of a member: a property's, or that of all values. */
  @Nullable SchemaNode member(String name) {
    SchemaNode property = properties.get(name);
    return property == null ? values : property;
  }

  List<String> required() {
    return required;
  }

  List<SchemaNode> allOf() {
    return allOf;
  }

  List<SchemaNode> anyOf() {
    return anyOf;
  }

  List<SchemaNode> oneOf() {
    return oneOf;
  }

  @Nullable SchemaNode not() {
    return not;
  }
}
