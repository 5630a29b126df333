package io.usher.rule;

import io.usher.admission.AdmissionResponse;

/** One request on its way through a chain. */
public final class Evaluation {

  Evaluation() {}

  /**
   * Runs the rules to the end on this thread.
   *
   * @throws RuleFailedException when a rule that may not be skipped fails
   */
  public AdmissionResponse run() {
    throw new UnsupportedOperationException();
  }
}
