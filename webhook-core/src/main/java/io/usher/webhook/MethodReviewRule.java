package io.usher.webhook;

import io.usher.rule.CallContext;
import io.usher.rule.ReviewRule;
import io.usher.webhook.declaration.DoorDeclaration;
import org.jspecify.annotations.Nullable;

/**
 * Calls an annotated method of an object.
 *
 * @param declaration of the method
 * @param method to call
 * @param answer what it returns
 */
record MethodReviewRule<Q, A>(DoorDeclaration declaration, BoundMethod method, Class<A> answer)
    implements ReviewRule<Q, A> {

  @Override
  public A answer(Q question, CallContext context) throws Exception {
    var values = new @Nullable Object[declaration.arguments().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (declaration.arguments().get(i)) {
            case REQUEST -> question;
            case CONTEXT -> context;
            case CLUSTER -> context.cluster();
            case LISTER -> method.lister(i, context.cluster());
          };
    }
    Object returned = method.call(values, context::cluster);
    if (returned == null) {
      throw new IllegalStateException(
          "rule %s returned null; return an %s".formatted(method.name(), answer.getSimpleName()));
    }
    return answer.cast(returned);
  }
}
