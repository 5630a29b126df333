package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** One vector, and the steps that it describes. */
final class Vector {
  /** The engine does not do what the vector says. */
  static final class Mismatch extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Mismatch(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The vector shows a fault that the engine avoids. */
  static final class AvoidedFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AvoidedFault(String name) {
      super(name);
    }
  }

  private final JsonNode json;
  private final StructSchema schema;

  Vector(JsonNode json, VectorSchemas schemas) {
    this.json = json;
    this.schema =
        json.hasNonNull("schema")
            ? schemas.named(json.get("schema").asText())
            : StructSchema.none();
  }

  void run() {
    switch (kind()) {
      case "twoWay" ->
          created(
                  "twoWay",
                  given -> TwoWayMergePatch.create(given.original(), given.modified(), schema))
              .ifPresent(patch -> applied(documents().original(), patch));
      case "threeWay" -> threeWay();
      case "apply" -> applied(documents().original(), document("twoWay"));
      case "jsonMergeThreeWay" ->
          created(
                  "threeWay",
                  given ->
                      JsonMergePatch.create(given.original(), given.modified(), given.current()))
              .ifPresent(
                  patch -> same("result", JsonMergePatch.apply(documents().current(), patch)));
      default -> throw new IllegalStateException(kind());
    }
  }

  String kind() {
    return json.path("kind").asText();
  }

  String id() {
    return json.path("id").asText();
  }

  private void threeWay() {
    if (json.path("expectConflict").asBoolean()) {
      try {
        create(documents(), false);
        throw new Mismatch("there is no conflict", null);
      } catch (PatchConflictException expected) {
        created("threeWay", given -> create(given, true))
            .ifPresent(patch -> applied(documents().current(), patch));
      }
    } else if (created("threeWay", given -> create(given, false)).isPresent()) {
      created("threeWay", given -> create(given, true))
          .ifPresent(patch -> applied(documents().current(), patch));
    }
  }

  private JsonNode create(Documents given, boolean overwrite) {
    return ThreeWayMergePatch.create(
        given.original(), given.modified(), given.current(), schema, overwrite);
  }

  /** The patch, or empty where making it failed as it should. */
  private Optional<JsonNode> created(String name, Function<Documents, JsonNode> creation) {
    Optional<JsonNode> patch = step("create", () -> creation.apply(documents()));
    patch.ifPresent(
        actual -> {
          JsonNode expected = document(name);
          if (!JsonEquality.equal(expected, actual)) {
            // Kubernetes sorts lists of scalars in place before it compares them: an unsorted list
            // that did not change is given an order, and one that was only sorted is given none.
            JsonNode faulty =
                step("create", () -> creation.apply(documents().sorted(schema))).orElseThrow();
            if (JsonEquality.equal(expected, faulty)) {
              throw new AvoidedFault("a list of scalars is sorted before its order is compared");
            }
            // In the same way its search for conflicts sorts the lists of the patch that it
            // returns.
            if (JsonEquality.equal(SortedLists.in(expected), SortedLists.in(faulty))) {
              throw new AvoidedFault("lists of scalars in the patch are sorted to find conflicts");
            }
            throw new Mismatch(name + " is " + actual + ", expected " + expected, null);
          }
        });
    return patch;
  }

  private void applied(JsonNode document, JsonNode patch) {
    step("apply", () -> StrategicMergePatch.apply(document, patch, schema))
        .ifPresent(result -> same("expectedResult", result));
  }

  private Optional<JsonNode> step(String stage, Supplier<JsonNode> step) {
    boolean expected =
        json.hasNonNull("expectedError")
            && stage.equals(json.path("expectedErrorStage").asText(stage));
    JsonNode result;
    try {
      result = step.get();
    } catch (PatchException e) {
      if (expected) {
        return Optional.empty();
      }
      throw e;
    }
    if (expected && !json.path("expectedErrorOptional").asBoolean()) {
      throw new Mismatch(stage + " did not fail with " + json.get("expectedError"), null);
    }
    return Optional.of(result);
  }

  private void same(String name, JsonNode actual) {
    JsonNode expected = document(name);
    if (!JsonEquality.equal(expected, actual)) {
      throw new Mismatch(name + " is " + actual + ", expected " + expected, null);
    }
  }

  private Documents documents() {
    return new Documents(document("original"), document("modified"), document("current"));
  }

  private JsonNode document(String name) {
    JsonNode document = json.path(name);
    return document.isMissingNode() || document.isNull()
        ? Json.MAPPER.createObjectNode()
        : document;
  }

  private record Documents(JsonNode original, JsonNode modified, JsonNode current) {

    Documents sorted(StructSchema schema) {
      FieldSchema field = FieldSchema.of(schema);
      return new Documents(
          SortedLists.merged(original, field), modified, SortedLists.merged(current, field));
    }
  }
}
