package io.usher.apiserver.schema;

/** A value can't be decoded; the message is kube-apiserver's. */
final class DecodingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String problem;

  DecodingException(String problem) {
    super(problem, null, false, false);
    this.problem = problem;
  }

  /** What is wrong. */
  String problem() {
    return problem;
  }
}
