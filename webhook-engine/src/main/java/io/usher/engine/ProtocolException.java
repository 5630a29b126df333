package io.usher.engine;

/** A request that is no proper review. The message names the step, what is wrong and where. */
public final class ProtocolException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * @param status 400, 413 or 429
   */
  public ProtocolException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** The request may be answered when others are. */
  static ProtocolException overloaded(String why) {
    return new ProtocolException(429, why);
  }

  /** The answer to the request. */
  ReviewAnswer answer() {
    String message = String.valueOf(getMessage());
    return switch (status) {
      case 429 -> ReviewAnswer.overloaded(message);
      case 413 -> ReviewAnswer.refused(413, "RequestEntityTooLarge", message);
      default -> ReviewAnswer.refused(status, "BadRequest", message);
    };
  }

  public int status() {
    return status;
  }
}
