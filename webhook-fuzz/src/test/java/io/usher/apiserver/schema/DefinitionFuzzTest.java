package io.usher.apiserver.schema;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.apiextensions.DefinitionChecks;
import java.io.IOException;

/**
 * A CustomResourceDefinition is refused with a reason or taken, and objects of a schema that is
 * taken are decided.
 */
class DefinitionFuzzTest {

  private static final ObjectMapper JSON = new ObjectMapper();

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
        || !SchemaChecks.check(schema, "schema", false).isEmpty()) {
      return;
    }
    StructuralSchema taken = StructuralSchema.of(schema);
    taken.prune(object);
    taken.pruneNulls(object);
    taken.setDefaults(object);
    taken.validate(object);
    if (given.path("old") instanceof ObjectNode old) {
      taken.validateUpdate(object, old);
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
