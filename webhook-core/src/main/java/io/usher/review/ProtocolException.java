package io.usher.review;

/** A request that is no proper review. The message names the step, what is wrong and where. */
final class ProtocolException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * @param status 400 or 413
   */
  ProtocolException(int status, String message) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }
}
