package io.usher.apiserver.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.FieldError;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Rules that could cost too much; in the words and numbers that kube-apiserver 1.36.3 gave. */
class RuleCostsTest {

  private static final String TAGS = "schema.properties[spec].properties[tags]";
  private static final String ADVICE =
      " (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays,"
          + " maps, and strings are declared)";

  private static ObjectNode schema(String tags, List<String> rules) throws Exception {
    ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
    schema.withObject("/properties/spec").put("type", "object");
    ObjectNode list = (ObjectNode) new ObjectMapper().readTree(tags);
    if (!rules.isEmpty()) {
      ArrayNode all = list.putArray("x-kubernetes-validations");
      rules.forEach(each -> all.addObject().put("rule", each));
    }
    schema.withObject("/properties/spec/properties").set("tags", list);
    return schema;
  }

  private static List<String> told(String tags, String... rules) throws Exception {
    return SchemaChecks.check(schema(tags, List.of(rules)), "schema", false, false).stream()
        .map(FieldError::toString)
        .toList();
  }

  private static String contributes(int rule) {
    return TAGS
        + ".x-kubernetes-validations["
        + rule
        + "].rule: Forbidden: contributed to estimated rule cost total exceeding cost limit for"
        + " entire OpenAPIv3 schema";
  }

  private static String total(String factor) {
    return "schema: Forbidden: x-kubernetes-validations estimated rule cost total for entire"
        + " OpenAPIv3 schema exceeds budget by factor of "
        + factor
        + ADVICE;
  }

  @Test
  void loopInALoopOverListsWithoutEndIsRefused() throws Exception {
    assertThat(
            told(
                "{\"type\": \"array\", \"items\": {\"type\": \"string\"}}",
                "self.all(a, self.exists(b, a == b))"))
        .containsExactly(
            TAGS
                + ".x-kubernetes-validations[0].rule: Forbidden: estimated rule cost exceeds budget"
                + " by factor of more than 100x"
                + ADVICE,
            contributes(0),
            total("more than 100x"));
  }

  @Test
  void ruleCountsAsOftenAsItsValueCanBeThere() throws Exception {
    String item =
        "{\"type\": \"array\", %s \"items\": {\"type\": \"string\", \"maxLength\": 20,"
            + " \"x-kubernetes-validations\": [{\"rule\": \"self.matches('^[a-z]+$')\"}]}}";
    assertThat(told(item.formatted("")))
        .containsExactly(
            TAGS
                + ".items.x-kubernetes-validations[0].rule: Forbidden: estimated rule cost exceeds"
                + " budget by factor of 2.0x"
                + ADVICE);
    assertThat(told(item.formatted("\"maxItems\": 10,"))).isEmpty();
  }

  @Test
  void factorsNearOneHaveSixDigits() throws Exception {
    assertThat(
            told(
                "{\"type\": \"array\", \"items\": {\"type\": \"string\"}}",
                "self.all(a, a.size() > 1 && a.size() > 2 && a.size() > 3)"))
        .containsExactly(
            TAGS
                + ".x-kubernetes-validations[0].rule: Forbidden: estimated rule cost exceeds budget"
                + " by factor of 1.258290x"
                + ADVICE);
  }

  @Test
  void rulesThatCostTooMuchTogetherAreRefusedAndTheGreatestNamed() throws Exception {
    String[] rules =
        IntStream.range(0, 20)
            .mapToObj(i -> "self.all(a, a.size() > " + i + ")")
            .toArray(String[]::new);
    assertThat(told("{\"type\": \"array\", \"items\": {\"type\": \"string\"}}", rules))
        .containsExactly(
            contributes(0), contributes(1), contributes(2), contributes(3), total("1.258290x"));
  }
}
