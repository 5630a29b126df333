package io.usher.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Objects that a structural schema allows, empty and large values among them. Of what a schema says
 * beyond types, bounds, enums and formats it knows nothing.
 */
final class GeneratedObjects {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Beyond what a double holds. */
  private static final long LARGE = (1L << 53) + 1;

  private static final List<String> TEXTS =
      List.of("web", "a-b.c", "5", "true", "two words", "Größe/~1 \"quoted\"");

  private static final Map<String, String> FORMATS =
      Map.of(
          "date-time", "2026-01-31T12:00:00Z",
          "date", "2026-01-31",
          "byte", "dXNoZXI=",
          "duration", "1h30m",
          "uuid", "00000000-0000-4000-8000-000000000000",
          "email", "jane@example.com",
          "ipv4", "192.0.2.1",
          "ipv6", "2001:db8::1",
          "cidr", "192.0.2.0/24",
          "uri", "https://example.com/a");

  private final Random random;

  GeneratedObjects(Random random) {
    this.random = random;
  }

  /** An object; type and metadata are left to the caller. */
  ObjectNode of(JsonNode schema) {
    ObjectNode object = object(schema);
    object.remove(List.of("apiVersion", "kind", "metadata"));
    return object;
  }

  private JsonNode value(JsonNode schema) {
    if (schema.path("nullable").asBoolean() && random.nextInt(10) == 0) {
      return JSON.nullNode();
    }
    if (schema.path("enum").size() > 0) {
      return schema.path("enum").get(random.nextInt(schema.path("enum").size()));
    }
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      return random.nextBoolean() ? JSON.numberNode(random.nextInt(100)) : JSON.textNode("50%");
    }
    return switch (schema.path("type").asText()) {
      case "object" -> object(schema);
      case "array" -> array(schema);
      case "integer" -> integer(schema);
      case "number" -> number(schema);
      case "boolean" -> JSON.booleanNode(random.nextBoolean());
      case "string" -> JSON.textNode(text(schema));
      default -> unknown();
    };
  }

  private ObjectNode object(JsonNode schema) {
    ObjectNode object = JSON.objectNode();
    var required = new HashSet<String>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    if (schema.path("x-kubernetes-embedded-resource").asBoolean()) {
      object.put("apiVersion", "v1").put("kind", "ConfigMap");
      object.putObject("metadata").put("name", "embedded");
    }
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      boolean there = required.contains(property.getKey()) || random.nextInt(4) > 0;
      if (there && !object.has(property.getKey())) {
        object.set(property.getKey(), value(property.getValue()));
      }
    }
    JsonNode others = schema.path("additionalProperties");
    for (int i = others.isObject() ? random.nextInt(3) : 0; i > 0; i--) {
      object.set("key-" + i, value(others));
    }
    if (schema.path("x-kubernetes-preserve-unknown-fields").asBoolean() && random.nextBoolean()) {
      object.set("unknown", unknown());
    }
    return object;
  }

  private JsonNode unknown() {
    return JSON.objectNode()
        .put("text", TEXTS.get(random.nextInt(TEXTS.size())))
        .set("list", JSON.arrayNode().add(LARGE).addObject());
  }

  private ArrayNode array(JsonNode schema) {
    ArrayNode array = JSON.arrayNode();
    int least = schema.path("minItems").asInt();
    int most = Math.min(schema.path("maxItems").asInt(least + 3), least + 3);
    int size = least + random.nextInt(most - least + 1);
    boolean set = schema.path("x-kubernetes-list-type").asText().equals("set");
    var seen = new HashSet<String>();
    var keys = new ArrayList<String>();
    schema.path("x-kubernetes-list-map-keys").forEach(key -> keys.add(key.asText()));
    for (int i = 0; i < size; i++) {
      JsonNode element = value(schema.path("items"));
      String identity =
          keys.isEmpty()
              ? set ? element.toString() : Integer.toString(i)
              : keys.stream()
                  .map(key -> element.path(key).toString())
                  .collect(Collectors.joining());
      if (seen.add(identity)) {
        array.add(element);
      }
    }
    return array;
  }

  private JsonNode integer(JsonNode schema) {
    boolean small = schema.path("format").asText().equals("int32");
    long least = schema.path("minimum").asLong(small ? Integer.MIN_VALUE : -LARGE);
    long most = schema.path("maximum").asLong(small ? Integer.MAX_VALUE : LARGE);
    least += schema.path("exclusiveMinimum").asBoolean() ? 1 : 0;
    most -= schema.path("exclusiveMaximum").asBoolean() ? 1 : 0;
    long step = Math.max(1, schema.path("multipleOf").asLong(1));
    List<Long> candidates = Stream.of(0L, 1L, 7L, -3L, 80L, least, most).toList();
    long chosen = candidates.get(random.nextInt(candidates.size())) / step * step;
    return JSON.numberNode(
        chosen < least || chosen > most ? (least + step - 1) / step * step : chosen);
  }

  private JsonNode number(JsonNode schema) {
    BigDecimal least = schema.path("minimum").decimalValue();
    BigDecimal chosen =
        List.of(new BigDecimal("0.5"), new BigDecimal("1.25"), BigDecimal.ZERO, BigDecimal.TEN)
            .get(random.nextInt(4));
    boolean fits =
        (!schema.has("minimum") || chosen.compareTo(least) > 0)
            && (!schema.has("maximum")
                || chosen.compareTo(schema.path("maximum").decimalValue()) < 0);
    return JSON.numberNode(
        fits
            ? chosen
            : schema.has("minimum")
                ? least.add(new BigDecimal("0.5"))
                : schema.path("maximum").decimalValue().subtract(new BigDecimal("0.5")));
  }

  private String text(JsonNode schema) {
    String format = FORMATS.get(schema.path("format").asText());
    if (format != null) {
      return format;
    }
    for (String example : List.of("default", "example")) {
      if (schema.has("pattern") && schema.path(example).isTextual()) {
        return schema.path(example).asText();
      }
    }
    int least = schema.path("minLength").asInt();
    if (least == 0 && random.nextInt(8) == 0) {
      return "";
    }
    String text = TEXTS.get(random.nextInt(TEXTS.size()));
    String padded = text.length() < least ? text + "x".repeat(least - text.length()) : text;
    int most = schema.path("maxLength").asInt(Integer.MAX_VALUE);
    return padded.length() > most ? padded.substring(0, most) : padded;
  }
}
