package io.usher.apiserver.admission.policy;

/** An expression has no value for a write; the message is kube-apiserver's. */
final class EvaluationException extends Exception {
  private static final long serialVersionUID = 1L;

  EvaluationException(String message) {
    super(message, null, false, false);
  }
}
