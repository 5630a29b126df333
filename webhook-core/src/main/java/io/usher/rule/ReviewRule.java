package io.usher.rule;

/**
 * One rule that answers a {@link Door}'s question, as the engine calls it. Annotated methods become
 * such rules; a lambda is one as it is.
 *
 * <p>Calls are concurrent, each with a context of its own.
 *
 * @param <Q> the question: an {@code AuthenticationRequest} or an {@code AuthorizationRequest}
 * @param <A> the answer: an {@code Authentication} or an {@code Authorization}
 */
@FunctionalInterface
public interface ReviewRule<Q, A> {

  /**
   * Answers, or leaves the answer to the rules behind it.
   *
   * @throws Exception when the rule can't tell
   */
  A answer(Q question, CallContext context) throws Exception;
}
