package io.usher.engine;

/**
 * Ends the code of rules that were given up and go on: what the engine itself can't do, as Java has
 * no way to end a thread from outside. Called concurrently.
 */
public interface GivenUpRules {

  /** Ends nothing: for rules whose classes carry no checks. */
  GivenUpRules NONE =
      new GivenUpRules() {
        @Override
        public void givenUp(Thread thread, String rule) {}

        @Override
        public void cameBack(Thread thread) {}
      };

  /** From now on the code that this thread runs for this rule is to end. */
  void givenUp(Thread thread, String rule);

  /** This thread has left the rule. */
  void cameBack(Thread thread);
}
