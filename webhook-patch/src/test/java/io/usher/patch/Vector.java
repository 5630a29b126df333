package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
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
          created("twoWay", () -> TwoWayMergePatch.create(original(), modified(), schema))
              .ifPresent(patch -> applied("expectedResult", original(), patch));
      case "threeWay" -> threeWay();
      case "apply" -> applied("expectedResult", original(), document("twoWay"));
      case "jsonMergeThreeWay" ->
          created("threeWay", () -> JsonMergePatch.create(original(), modified(), current()))
              .ifPresent(patch -> same("result", JsonMergePatch.apply(current(), patch)));
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
        create(false);
        throw new Mismatch("there is no conflict", null);
      } catch (PatchConflictException expected) {
        created("threeWay", () -> create(true))
            .ifPresent(patch -> applied("expectedResult", current(), patch));
      }
    } else if (created("threeWay", () -> create(false)).isPresent()) {
      created("threeWay", () -> create(true))
          .ifPresent(patch -> applied("expectedResult", current(), patch));
    }
  }

  private JsonNode create(boolean overwrite) {
    return ThreeWayMergePatch.create(original(), modified(), current(), schema, overwrite);
  }

  /** The patch, or empty where making it failed as it should. */
  private Optional<JsonNode> created(String expected, Supplier<JsonNode> creation) {
    Optional<JsonNode> patch = step("create", creation);
    patch.ifPresent(created -> same(expected, created));
    return patch;
  }

  private void applied(String expected, JsonNode document, JsonNode patch) {
    step("apply", () -> StrategicMergePatch.apply(document, patch, schema))
        .ifPresent(result -> same(expected, result));
  }

  private Optional<JsonNode> step(String stage, Supplier<JsonNode> step) {
    boolean expected =
        json.hasNonNull("expectedError")
            && stage.equals(json.path("expectedErrorStage").asText(stage));
    JsonNode result;
    try {
      result = step.get();
    } catch (DuplicateElementException e) {
      throw new AvoidedFault("elements that share their merge key lose data");
    } catch (PatchException e) {
      if (expected) {
        return Optional.empty();
      }
      throw new Mismatch(stage + " failed: " + e.getMessage(), e);
    }
    if (expected && !json.path("expectedErrorOptional").asBoolean()) {
      throw new Mismatch(stage + " did not fail with " + json.get("expectedError"), null);
    }
    return Optional.of(result);
  }

  private void same(String expected, JsonNode actual) {
    JsonNode document = document(expected);
    if (!JsonEquality.equal(document, actual)) {
      String difference = expected + " is " + actual + ", expected " + document;
      if (SpuriousOrder.explains(document, actual)) {
        throw new AvoidedFault("the order of a list of scalars is compared after it was sorted");
      }
      throw new Mismatch(difference, null);
    }
  }

  private JsonNode original() {
    return document("original");
  }

  private JsonNode modified() {
    return document("modified");
  }

  private JsonNode current() {
    return document("current");
  }

  private JsonNode document(String name) {
    JsonNode document = json.path(name);
    return document.isMissingNode() || document.isNull()
        ? Json.MAPPER.createObjectNode()
        : document;
  }
}
