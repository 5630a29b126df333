package io.usher.webhook;

import io.usher.rule.Handler;
import io.usher.rule.HandlerContext;
import io.usher.rule.HandlerDefinition.Write;
import io.usher.rule.Outcome;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Code that does no more than is declared of it, as nothing else is granted.
 *
 * @param name for messages
 * @param writes what its results may need
 */
record DeclaredHandler(String name, Set<Write> writes, Handler code) implements Handler {

  DeclaredHandler {
    writes = Set.copyOf(writes);
  }

  @Override
  public Outcome handle(HandlerContext context) throws Exception {
    Outcome outcome = code.handle(context);
    for (Outcome part : parts(outcome)) {
      if (part instanceof Outcome.Desired) {
        check(Write.PATCH, "a desired object", "patches()");
      } else if (part instanceof Outcome.Event) {
        check(Write.EVENT, "an Event", "writesEvents()");
      }
    }
    return outcome;
  }

  /** Null is told by who calls. */
  private static List<Outcome> parts(@Nullable Outcome outcome) {
    return outcome == null
        ? List.of()
        : outcome instanceof Outcome.Several all ? all.parts() : List.of(outcome);
  }

  private void check(Write write, String what, String method) {
    if (!writes.contains(write)) {
      throw new IllegalStateException(
          "handler %s returned %s, which its target does not say; add .%s"
              .formatted(name, what, method));
    }
  }
}
