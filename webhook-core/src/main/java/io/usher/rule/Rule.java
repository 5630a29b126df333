package io.usher.rule;

/**
 * One rule, as the engine calls it. Annotated methods become rules; a lambda is one as it is.
 *
 * <p>Calls are concurrent, each with a context of its own.
 */
@FunctionalInterface
public interface Rule {

  /**
   * Judges, and in the mutating phase may change, one object.
   *
   * @return what is decided; edits of the context's view of the object count with {@link
   *     Decision#allow()}
   * @throws Exception when the rule can't tell: the call fails, and the failure policy decides
   */
  Decision apply(RuleContext context) throws Exception;
}
