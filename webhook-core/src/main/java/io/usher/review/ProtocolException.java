package io.usher.review;

/** A request that is no proper review. The message names the step, what is wrong and where. */
final class ProtocolException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Of a text that is quoted: it may be as long as the body. */
  private static final int QUOTED = 200;

  private final int status;

  /**
   * @param status 400 or 413
   */
  ProtocolException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** The body can't be decoded; this tells why. */
  static ProtocolException malformed(String why) {
    return new ProtocolException(400, "decode AdmissionReview: " + why);
  }

  /** A part of the body, short enough for a message. */
  static String quoted(String text) {
    return text.length() <= QUOTED ? text : text.substring(0, QUOTED) + "...";
  }

  int status() {
    return status;
  }
}
