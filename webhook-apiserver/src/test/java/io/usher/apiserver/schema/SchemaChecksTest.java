package io.usher.apiserver.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.FieldError;
import org.junit.jupiter.api.Test;

/** Bounds that kube-apiserver has not; what it says itself the end-to-end tests compare. */
class SchemaChecksTest {

  @Test
  void rulesOfAllLevelsAreCountedBeforeTheyAreCompiled() {
    ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
    ObjectNode size =
        schema.withObject("/properties/spec/properties/size").put("type", "no such type");
    ArrayNode rules = size.putArray("x-kubernetes-validations");
    for (int i = 0; i < 2000; i++) {
      rules.addObject().put("rule", "self.is.not.compiled");
    }
    schema.putArray("x-kubernetes-validations").addObject().put("rule", "neither");
    assertThat(SchemaChecks.check(schema, "schema", false, false))
        .extracting(FieldError::toString)
        .containsExactly(
            "schema: Too many: 2001: must have at most 2000 rules in all its"
                + " x-kubernetes-validations");
  }

  @Test
  void patternsAreBoundedAsGoBoundsThem() {
    ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
    schema
        .withObject("/properties/spec")
        .put("type", "string")
        .put("pattern", "((a{1000}){1000}){1000}");
    assertThat(SchemaChecks.check(schema, "schema", false, false))
        .extracting(FieldError::toString)
        .containsExactly(
            "schema.properties[spec].pattern: Invalid value: \"((a{1000}){1000}){1000}\": must be a"
                + " valid regular expression, but isn't: error parsing regexp: invalid repeat count:"
                + " `{1000}`");
    assertThat(SchemaNode.of(schema.at("/properties/spec")).pattern())
        .isNotNull()
        .satisfies(pattern -> assertThat(pattern.isIn("a")).isFalse());
  }
}
