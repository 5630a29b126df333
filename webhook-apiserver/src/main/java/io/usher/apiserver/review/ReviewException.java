package io.usher.apiserver.review;

/** A review was not answered. The message has nothing of what was asked. */
public final class ReviewException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean transientFault;

  /**
   * @param transientFault whether the same call may well be answered in a moment
   */
  public ReviewException(String message, boolean transientFault) {
    super(message);
    this.transientFault = transientFault;
  }

  boolean isTransient() {
    return transientFault;
  }
}
