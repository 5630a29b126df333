package io.usher.webhook;

import io.usher.rule.Handler;
import io.usher.rule.HandlerContext;
import io.usher.rule.Outcome;
import io.usher.webhook.declaration.HandlerDeclaration;
import io.usher.webhook.declaration.HandlerDeclaration.Result;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Calls an annotated method of an object.
 *
 * @param declaration of the method
 * @param method to call
 */
record MethodHandler(HandlerDeclaration declaration, BoundMethod method) implements Handler {

  @Override
  public Outcome handle(HandlerContext context) throws Exception {
    var values = new @Nullable Object[declaration.arguments().size()];
    for (int i = 0; i < values.length; i++) {
      switch (declaration.arguments().get(i)) {
        case OBJECT -> {
          Optional<?> object = context.object(method.type(i));
          if (object.isEmpty()) {
            return Outcome.done();
          }
          values[i] = object.get();
        }
        case OPTIONAL_OBJECT -> values[i] = context.object(method.element(i));
        case OLD_OBJECT -> values[i] = context.oldObject(method.type(i)).orElse(null);
        case CONTEXT -> values[i] = context;
        case CLUSTER -> values[i] = context.cluster();
        case LISTER -> values[i] = method.lister(i, context.cluster());
      }
    }
    return outcome(method.call(values, context::cluster));
  }

  private Outcome outcome(@Nullable Object returned) {
    if (declaration.result() == Result.NOTHING) {
      return Outcome.done();
    }
    if (returned == null) {
      throw new IllegalStateException(
          "handler "
              + method.name()
              + " returned null; return "
              + (declaration.result() == Result.OUTCOME
                  ? "Outcome.done()"
                  : "what the object is to be"));
    }
    return declaration.result() == Result.OUTCOME ? (Outcome) returned : Outcome.desired(returned);
  }
}
