package io.usher.webhook;

import io.usher.patch.JsonPatch;
import io.usher.rule.Decision;
import io.usher.rule.Rule;
import io.usher.rule.RuleContext;
import io.usher.webhook.declaration.RuleDeclaration;
import io.usher.webhook.declaration.RuleDeclaration.Result;
import org.jspecify.annotations.Nullable;

/**
 * Calls an annotated method of an object.
 *
 * @param declaration of the method
 * @param method to call
 */
record MethodRule(RuleDeclaration declaration, BoundMethod method) implements Rule {

  @Override
  public Decision apply(RuleContext context) throws Exception {
    var values = new @Nullable Object[declaration.arguments().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (declaration.arguments().get(i)) {
            case OBJECT -> context.object(method.type(i));
            case OLD_OBJECT -> context.oldObject(method.type(i));
            case REQUEST -> context.request();
            case CONTEXT -> context;
            case CLUSTER -> context.cluster();
            case LISTER -> method.lister(i, context.cluster());
          };
    }
    return decision(method.call(values, context::cluster));
  }

  private Decision decision(@Nullable Object returned) {
    Result result = declaration.result();
    if (result == Result.NOTHING) {
      return Decision.allow();
    }
    if (returned == null) {
      throw new IllegalStateException(
          "rule "
              + method.name()
              + " returned null; return "
              + (result == Result.DECISION ? "Decision.allow()" : "what the object is to be"));
    }
    return switch (result) {
      case DECISION -> (Decision) returned;
      case JSON_PATCH -> Decision.patch((JsonPatch) returned);
      case OBJECT, NOTHING -> Decision.replace(returned);
    };
  }
}
