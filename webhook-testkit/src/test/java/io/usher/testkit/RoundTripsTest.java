package io.usher.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.rule.ConversionException;
import io.usher.webhook.ConversionTarget;
import io.usher.webhook.WebhookBuilder.Conversion;
import io.usher.webhook.WebhookRegistration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundTripsTest {

  private static final String SPEC =
      """
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec:
                    type: object
                    properties:
                      name: {type: string, maxLength: 3}
                      zone: {type: string, minLength: 1}
                      count: {type: integer, minimum: 2, maximum: 9}
                      share: {type: number, minimum: 0, maximum: 1}
                      on: {type: boolean}
                      mode: {type: string, enum: [a, b]}
                      port: {x-kubernetes-int-or-string: true}
                      at: {type: string, format: date-time}
                      maybe: {type: string, nullable: true}
                      labels: {type: object, additionalProperties: {type: string}}
                      any: {type: object, x-kubernetes-preserve-unknown-fields: true}
                      items:
                        type: array
                        minItems: 1
                        x-kubernetes-list-type: map
                        x-kubernetes-list-map-keys: [key]
                        items:
                          type: object
                          required: [key]
                          properties:
                            key: {type: string, enum: [x, y]}
                            size: {type: integer}
      """;

  private static final String DEFINITION =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      spec:
        group: example.com
        scope: Namespaced
        names: {kind: Tab}
        versions:
          - name: v2
            storage: true
      """
          + SPEC
          + """
          - name: v1
      """
          + SPEC;

  private static ConversionsUnderTest conversions(
      Conversion<ObjectNode, ObjectNode> up,
      Conversion<ObjectNode, ObjectNode> down,
      String... loses) {
    return ConversionsUnderTest.of(
        WebhookRegistration.named("tabs.example.com")
            .converting("up", ConversionTarget.ofTrees("Tab.example.com", "v1", "v2"), up)
            .converting(
                "down", ConversionTarget.ofTrees("Tab.example.com", "v2", "v1").loses(loses), down)
            .build());
  }

  private static ObjectNode without(ObjectNode tab, String field) {
    if (tab.get("spec") instanceof ObjectNode spec) {
      spec.remove(field);
    }
    return tab;
  }

  @Test
  void unchangedObjectsComeBack() {
    assertThatCode(
            () ->
                conversions((tab, context) -> tab, (tab, context) -> tab)
                    .roundTrips(DEFINITION)
                    .assertNothingIsLost())
        .doesNotThrowAnyException();
  }

  @Test
  void lossIsNamedWithItsFieldAndObject() {
    RoundTrips trips =
        conversions((tab, context) -> tab, (tab, context) -> without(tab, "zone"))
            .roundTrips(DEFINITION);

    assertThatThrownBy(trips::assertNothingIsLost)
        .isInstanceOf(AssertionError.class)
        .hasMessageMatching(
            "(?s)Tab.example.com from v1 to v2 and back: spec.zone was \".*\" and is not there.*"
                + "declare it: loses = .*Object \\d+ of seed 1:\n.*zone: .*");
  }

  @Test
  void declaredLossOfTheWayThereIsNone() {
    // What objects of v1 lose on their way back is not declared: they would lose it for good.
    RoundTrips trips =
        conversions(
                (tab, context) -> without(tab, "name"),
                (tab, context) -> without(tab, "zone"),
                "spec.zone")
            .roundTrips(DEFINITION);

    assertThatThrownBy(trips::assertNothingIsLost)
        .hasMessageMatching("(?s)Tab.example.com from v1 to v2 and back: spec.(name|zone) was .*");
  }

  @Test
  void declaredLossThatTheOtherVersionHasNoPlaceForIsFine() {
    String old = DEFINITION.substring(DEFINITION.indexOf("name: v1"));
    String definition =
        DEFINITION.replace(old, old.replace("zone: {type: string, minLength: 1}", ""));

    conversions((tab, context) -> tab, (tab, context) -> without(tab, "zone"), "spec.zone")
        .roundTrips(definition)
        .assertNothingIsLost();
    // The schema takes the field, whatever the conversion does.
    assertThatThrownBy(
            () ->
                conversions((tab, context) -> tab, (tab, context) -> tab)
                    .roundTrips(definition)
                    .assertNothingIsLost())
        .hasMessageContaining("from v2 to v1 and back: spec.zone was");
  }

  @Test
  void changeInAListIsNamedByItsPlace() {
    assertThatThrownBy(
            () ->
                conversions(
                        (tab, context) -> tab,
                        (tab, context) -> {
                          tab.withObject("/spec")
                              .path("items")
                              .forEach(item -> ((ObjectNode) item).put("size", 0));
                          return tab;
                        })
                    .roundTrips(DEFINITION)
                    .assertNothingIsLost())
        .hasMessageMatching("(?s).*spec.items\\[\\d\\].size was .* and is 0.*");
  }

  @Test
  void objectsAreAdjustedAndTheSameForASeed() {
    var seen = new ArrayList<String>();
    for (int i = 0; i < 2; i++) {
      conversions((tab, context) -> tab, (tab, context) -> tab)
          .roundTrips(DEFINITION)
          .objects(5)
          .seed(7)
          .adjusting("v1", tab -> tab.withObject("/spec").put("name", "one"))
          .adjusting("v1", tab -> seen.add(tab.toString()))
          .assertNothingIsLost();
    }

    assertThat(seen).hasSize(10).allMatch(tab -> tab.contains("\"name\":\"one\""));
    assertThat(seen.subList(0, 5)).isEqualTo(seen.subList(5, 10)).doesNotHaveDuplicates();
    assertThatThrownBy(
            () ->
                conversions((tab, context) -> tab, (tab, context) -> tab)
                    .roundTrips(DEFINITION)
                    .adjusting("v3", tab -> {}))
        .hasMessage("the CustomResourceDefinition has no version v3, but [v2, v1]");
  }

  @Test
  void failuresAreThoseOfTheConversion() {
    ConversionsUnderTest failing =
        conversions(
            (tab, context) -> {
              throw new ConversionException("spec.name", "is no name");
            },
            (tab, context) -> tab);
    String tab = "{apiVersion: example.com/v1, kind: Tab, metadata: {name: a}}";

    assertThatThrownBy(() -> failing.convert(tab, "v2"))
        .hasMessage("rule up failed on Tab a (v1 to v2): spec.name: is no name")
        .hasCauseInstanceOf(ConversionException.class);
    assertThatThrownBy(() -> failing.convert(tab, "v3"))
        .hasMessageContaining("objects[0], Tab a of example.com/v1: nothing here converts it to");
    assertThat(failing.convertAll(List.of(tab), "v1")).hasSize(1);
  }
}
