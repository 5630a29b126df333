package io.usher.e2e.rules;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A stage's mark on an object whose {@code data} has reached the stage before it. */
final class AddStage {

  private AddStage() {}

  static void add(ObjectNode object, String before, String stage) {
    if (object.path("data").path(before).asText().equals("done")) {
      object.withObject("/data").put(stage, "done");
    }
  }
}
