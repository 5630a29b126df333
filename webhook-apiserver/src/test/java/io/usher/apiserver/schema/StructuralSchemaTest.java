package io.usher.apiserver.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.usher.apiserver.api.FieldError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The expected texts are kube-apiserver 1.36.3's for a custom resource of this schema. */
class StructuralSchemaTest {

  private static final StructuralSchema WIDGET =
      StructuralSchema.of(
          yaml(
              """
              type: object
              required: [spec]
              properties:
                spec:
                  type: object
                  required: [size]
                  properties:
                    size: {type: integer, minimum: 1, maximum: 10}
                    color: {type: string, enum: [red, blue], default: red}
                    name: {type: string, pattern: '^[a-z]+$', maxLength: 5, minLength: 2}
                    tags: {type: array, maxItems: 2, items: {type: string}}
                    map: {type: object, additionalProperties: {type: integer}}
                    any: {type: object, x-kubernetes-preserve-unknown-fields: true}
                    port: {x-kubernetes-int-or-string: true}
                    ratio: {type: number}
                    nested: {type: object, default: {}, properties: {deep: {type: boolean, default: true}}}
                    nul: {type: string, nullable: true}
                    when: {type: string, format: date-time}
              """));

  private static ObjectNode yaml(String text) {
    try {
      return (ObjectNode) new YAMLMapper().readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String problems(String spec) {
    ObjectNode object = yaml("{kind: Widget, metadata: {name: w}, spec: " + spec + "}");
    WIDGET.prune(object);
    WIDGET.setDefaults(object);
    return String.join("\n", WIDGET.validate(object).stream().map(FieldError::toString).toList());
  }

  @Test
  void unknownFieldsGoAndDefaultsCome() {
    ObjectNode object =
        yaml("{kind: Widget, spec: {size: 1, foo: 2, any: {x: 1}, nested: {z: 1}, color: null}}");
    assertThat(WIDGET.prune(object)).containsExactly("spec.foo", "spec.nested.z");
    WIDGET.setDefaults(object);
    assertThat(object)
        .isEqualTo(
            yaml("{kind: Widget, spec: {size: 1, any: {x: 1}, nested: {deep: true}, color: red}}"));
  }

  @Test
  void metadataIsKubernetesOwn() {
    ObjectNode object = yaml("{metadata: {name: w, labels: {a: b}, owner: x}, spec: {size: 1}}");
    assertThat(WIDGET.prune(object)).containsExactly("metadata.owner");
  }

  @Test
  void rightObjectIsTaken() {
    assertThat(problems("{size: 2, nul: null, port: x, when: '2026-01-02T03:04:05Z', map: {a: 1}}"))
        .isEmpty();
  }

  @Test
  void whatIsRequiredIsMissed() {
    assertThat(problems("{}")).isEqualTo("spec.size: Required value");
    ObjectNode object = yaml("{kind: Widget}");
    assertThat(WIDGET.validate(object))
        .extracting(FieldError::toString)
        .containsExactly("spec: Required value");
  }

  @Test
  void valuesOutOfBoundsAreNamed() {
    assertThat(problems("{size: 11}"))
        .isEqualTo(
            "spec.size: Invalid value: 11: spec.size in body should be less than or equal to 10");
    assertThat(problems("{size: 0}"))
        .isEqualTo(
            "spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1");
    assertThat(problems("{size: 1, name: a}"))
        .isEqualTo(
            "spec.name: Invalid value: \"a\": spec.name in body should be at least 2 chars long");
    assertThat(problems("{size: 1, tags: [a, b, c]}"))
        .isEqualTo("spec.tags: Too many: 3: must have at most 2 items");
    assertThat(problems("{size: 1, name: abcdefg}"))
        .isEqualTo("spec.name: Too long: may not be more than 5 bytes");
  }

  @Test
  void valuesOfTheWrongTypeAreNamed() {
    assertThat(problems("{size: '1'}"))
        .isEqualTo(
            "spec.size: Invalid value: \"string\": spec.size in body must be of type integer:"
                + " \"string\"");
    assertThat(problems("{size: 1, map: {a: x}, port: true, tags: [1], nested: x, color: green}"))
        .isEqualTo(
            """
            spec.map.a: Invalid value: "string": spec.map.a in body must be of type integer: "string"
            spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"
            spec.tags[0]: Invalid value: "integer": spec.tags[0] in body must be of type string: "integer"
            spec.nested: Invalid value: "string": spec.nested in body must be of type object: "string"
            spec.color: Unsupported value: "green": supported values: "red", "blue\"""");
    assertThat(problems("{size: 1, when: now}"))
        .isEqualTo(
            "spec.when: Invalid value: \"now\": spec.when in body must be of type date-time:"
                + " \"now\"");
    assertThat(problems("[]"))
        .isEqualTo(
            "spec: Invalid value: \"array\": spec in body must be of type object: \"array\"");
  }

  private static final StructuralSchema LISTS =
      StructuralSchema.of(
          yaml(
              """
              type: object
              properties:
                lists:
                  type: object
                  additionalProperties:
                    type: array
                    items: {type: string, x-kubernetes-validations: [{rule: self == ''}]}
                sets: {type: array, x-kubernetes-list-type: set, items: {type: string}}
                kinds: {type: array, items: {type: object, x-kubernetes-embedded-resource: true}}
              """));

  private static ObjectNode lists(String name, JsonNode value, int times) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    ArrayNode list = object.putObject("lists").putArray(name);
    for (int i = 0; i < times; i++) {
      list.add(value);
    }
    return object;
  }

  @Test
  void ofManyProblemsTheFirstAreTold() {
    var sets = JsonNodeFactory.instance.objectNode();
    var kinds = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < 2000; i++) {
      sets.withArray("/sets").add("a" + i).add("a" + i);
      kinds.withArray("/kinds").addObject();
    }
    for (ObjectNode object :
        List.of(
            lists("a", IntNode.valueOf(1), 2000),
            lists("a", TextNode.valueOf("x"), 2000),
            sets,
            kinds)) {
      assertThat(LISTS.validate(object))
          .hasSize(1001)
          .last()
          .extracting(FieldError::detail)
          .isEqualTo("there are more problems than these: correct them to see the others");
    }
    assertThat(LISTS.validate(lists("a", IntNode.valueOf(1), 999))).hasSize(1000);
  }

  @Test
  void pathsOfProblemsAreNotToldWithoutEnd() {
    assertThat(LISTS.validate(lists("n".repeat(300_000), IntNode.valueOf(1), 10)))
        .extracting(FieldError::detail)
        .last()
        .isEqualTo("there are more problems than these: correct them to see the others");
  }

  @Test
  void longNameOverManyValuesIsRefused() {
    ObjectNode object = lists("n".repeat(1_500_000), TextNode.valueOf(""), 500_000);
    assertThat(LISTS.prune(object)).isEmpty();
    for (List<FieldError> errors :
        List.of(LISTS.validate(object), LISTS.validateUpdate(object, object))) {
      assertThat(errors)
          .extracting(FieldError::detail)
          .containsExactly(
              "the paths of all values have together more than 33554432 characters: shorten the"
                  + " names of fields, or split the object");
    }
  }

  @Test
  void elementsAreToldApartWhateverTheirHashes() {
    var schema =
        StructuralSchema.of(
            yaml(
                """
                properties:
                  sets: {x-kubernetes-list-type: set, items: {x-kubernetes-map-type: atomic}}
                  maps:
                    x-kubernetes-list-type: map
                    x-kubernetes-list-map-keys: [k]
                    items:
                      properties:
                        v: {x-kubernetes-validations: [{rule: self >= oldSelf}], type: integer}
                """));
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    ArrayNode sets = object.putArray("sets");
    ArrayNode maps = object.putArray("maps");
    int bits = 15;
    for (int i = 0; i < 1 << bits; i++) {
      var text = new StringBuilder();
      for (int bit = 0; bit < bits; bit++) {
        text.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      sets.add(text.toString());
      maps.addObject().put("k", text.toString()).put("v", 1);
    }
    assertThat(schema.validateUpdate(object, object)).isEmpty();

    sets.addObject().put("a", 1).put("b", 2);
    sets.addObject().put("b", 2).put("a", 1);
    maps.add(maps.get(7));
    assertThat(schema.validate(object))
        .extracting(FieldError::field)
        .containsExactlyInAnyOrder("sets[32769]", "maps[32768]");
  }

  @Test
  void numberOrTextIsPublishedAsEither() {
    assertThat(WIDGET.openApi().at("/properties/spec/properties/port"))
        .isEqualTo(
            yaml("{x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}"));
  }
}
