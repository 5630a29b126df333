package io.usher.apiserver.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.apiextensions.DefinitionChecks;
import io.usher.cel.ExpressionMaker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A CustomResourceDefinition is refused with a reason or taken, and objects of a schema that is
 * taken are decided.
 */
class DefinitionFuzzTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] NAMES = {"a", "b", "list", "data", "metadata", "name", "spec"};
  private static final int MAX_DEPTH = 3;

  /** The JSON of a definition. */
  @FuzzTest
  void checksDefinitions(byte[] json) {
    if (parsed(json) instanceof ObjectNode definition) {
      DefinitionChecks.create(definition);
    }
  }

  /** A JSON object of a {@code schema}, an {@code object} and one that was there before it. */
  @FuzzTest
  void decidesObjects(byte[] json) {
    JsonNode given = parsed(json);
    if (!(given instanceof ObjectNode)
        || !(given.path("schema") instanceof ObjectNode schema)
        || !(given.path("object") instanceof ObjectNode object)
        || !SchemaChecks.check(schema, "schema", false, false).isEmpty()) {
      return;
    }
    StructuralSchema taken = StructuralSchema.of(schema);
    try {
      taken.prune(object);
    } catch (ApiException e) {
      // A field of metadata that can't hold its value.
      assertThat(e.status().code()).isEqualTo(400);
      return;
    }
    taken.pruneNulls(object);
    taken.setDefaults(object);
    taken.validate(object);
    if (given.path("old") instanceof ObjectNode old) {
      taken.validateUpdate(object, old);
    }
  }

  /** A schema that is structural, mostly, with rules that can be parsed, and an object. */
  @FuzzTest
  void decidesByRules(FuzzedDataProvider data) {
    ObjectNode given = JSON.createObjectNode();
    given.set("schema", schema(data, 0, true));
    given.set("object", value(data, 0));
    given.set("old", value(data, 0));
    decidesObjects(given.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static ObjectNode schema(FuzzedDataProvider data, int depth, boolean object) {
    ObjectNode schema = JSON.createObjectNode();
    int kind = object ? 0 : data.consumeInt(depth > MAX_DEPTH ? 3 : 0, 7);
    switch (kind) {
      case 0 -> {
        ObjectNode properties = schema.put("type", "object").putObject("properties");
        for (String name : NAMES) {
          if (data.consumeBoolean()) {
            properties.set(name, schema(data, depth + 1, false));
          }
        }
      }
      case 1 -> {
        schema.put("type", "object").set("additionalProperties", schema(data, depth + 1, false));
        bound(data, schema, "maxProperties");
      }
      case 2 -> {
        schema.put("type", "array").set("items", schema(data, depth + 1, false));
        bound(data, schema, "maxItems");
        if (data.consumeBoolean()) {
          schema.put("x-kubernetes-list-type", "set");
        }
      }
      case 3 -> {
        bound(data, schema.put("type", "string"), "maxLength");
        if (data.consumeBoolean()) {
          schema.put("pattern", ExpressionMaker.pattern(data));
        }
      }
      case 4 -> schema.put("type", "integer").put("default", 3);
      case 5 -> schema.put("type", "number").put("nullable", true);
      case 6 -> schema.put("x-kubernetes-int-or-string", true);
      default ->
          schema
              .put("type", "string")
              .put(
                  "format", data.pickValue(new String[] {"byte", "date", "date-time", "duration"}));
    }
    if (data.consumeInt(0, 3) == 0) {
      ObjectNode rule =
          schema
              .putArray("x-kubernetes-validations")
              .addObject()
              .put("rule", new ExpressionMaker(data, List.of("self", "oldSelf")).next());
      if (data.consumeBoolean()) {
        rule.put("messageExpression", new ExpressionMaker(data, List.of("self", "oldSelf")).next());
      }
      if (data.consumeBoolean()) {
        rule.put("optionalOldSelf", true);
      }
    }
    return schema;
  }

  private static void bound(FuzzedDataProvider data, ObjectNode schema, String name) {
    if (data.consumeBoolean()) {
      schema.put(name, data.consumeInt(0, 100));
    }
  }

  private static JsonNode value(FuzzedDataProvider data, int depth) {
    switch (depth == 0 ? 0 : data.consumeInt(depth > MAX_DEPTH ? 2 : 0, 6)) {
      case 0:
        ObjectNode object = JSON.createObjectNode();
        for (String name : NAMES) {
          if (data.consumeBoolean()) {
            object.set(name, value(data, depth + 1));
          }
        }
        return object;
      case 1:
        ArrayNode array = JSON.createArrayNode();
        for (int i = data.consumeInt(0, 3); i > 0; i--) {
          array.add(value(data, depth + 1));
        }
        return array;
      case 2:
        return TextNode.valueOf(data.pickValue(new String[] {"", "a", "2026-01-02", "1h", "😀"}));
      case 3:
        return LongNode.valueOf(data.consumeLong());
      case 4:
        return DoubleNode.valueOf(data.consumeRegularDouble());
      case 5:
        return BooleanNode.valueOf(data.consumeBoolean());
      default:
        return NullNode.getInstance();
    }
  }

  private static JsonNode parsed(byte[] json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      return JSON.missingNode();
    }
  }
}
