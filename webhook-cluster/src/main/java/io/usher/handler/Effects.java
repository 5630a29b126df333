package io.usher.handler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.engine.ObjectMapping;
import io.usher.rule.HandlerDefinition;
import io.usher.rule.Outcome;
import io.usher.rule.Trigger;
import io.usher.view.StoredObject;
import io.usher.write.MergePatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a handler's outcome does.
 *
 * @param patch of the object, or null
 * @param events about it, after the patch
 * @param again when the handler is to be called again, or null
 */
record Effects(@Nullable MergePatch patch, List<Outcome.Event> events, @Nullable Duration again) {

  Effects {
    events = List.copyOf(events);
  }

  /**
   * Finds out what an outcome does. It does so in the handler's time and within its call, because
   * the code of a typed object's class, which may be a user's, makes its JSON.
   *
   * @throws IllegalArgumentException when it can't be done
   */
  static Effects of(@Nullable Outcome outcome, HandlerDefinition handler, HandlerCall call) {
    if (outcome == null) {
      throw new IllegalArgumentException("it returned null; return Outcome.done()");
    }
    Object desired = null;
    var events = new ArrayList<Outcome.Event>();
    Duration again = null;
    for (Outcome part : outcome instanceof Outcome.Several all ? all.parts() : List.of(outcome)) {
      switch (part.kind()) {
        case DONE -> {}
        case DESIRED -> {
          if (desired != null) {
            throw new IllegalArgumentException("it returned two desired objects; return one");
          }
          desired = ((Outcome.Desired) part).object();
        }
        case EVENT -> events.add((Outcome.Event) part);
        case AGAIN -> {
          Duration after = ((Outcome.Again) part).after();
          again = again == null || after.compareTo(again) < 0 ? after : again;
        }
        case SEVERAL -> throw new IllegalArgumentException("several outcomes within several");
      }
    }
    if (!events.isEmpty() && call.object == null) {
      throw gone("an Event");
    }
    return new Effects(desired == null ? null : patch(desired, handler, call), events, again);
  }

  private static IllegalArgumentException gone(String what) {
    return new IllegalArgumentException(
        "it returned " + what + ", but the object is gone; return Outcome.done()");
  }

  private static @Nullable MergePatch patch(
      Object desired, HandlerDefinition handler, HandlerCall call) {
    StoredObject object = call.object;
    if (object == null || handler.trigger() == Trigger.DELETED) {
      throw gone("a desired object");
    }
    boolean whole = handler.object().fields().isEmpty();
    return call.work(
        desired.getClass(),
        () -> {
          ObjectNode seen = object.tree();
          JsonNode now =
              ObjectMapping.replaced(seen, desired, () -> MergePatch.schema(seen), call.describe());
          return DesiredObject.patch(seen, now, whole);
        });
  }
}
