package io.usher.apiserver.admission.match;

/** An expression has no value for a write; the message is kube-apiserver's. */
public final class EvaluationException extends Exception {
  private static final long serialVersionUID = 1L;

  public EvaluationException(String message) {
    super(message, null, false, false);
  }
}
