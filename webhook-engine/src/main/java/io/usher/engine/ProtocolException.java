package io.usher.engine;

/** A request that is no proper review. The message names the step, what is wrong and where. */
public final class ProtocolException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Of a text that is quoted: it may be as long as the body. */
  private static final int QUOTED = 200;

  private final int status;

  /**
   * @param status 400 or 413
   */
  public ProtocolException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** The body can't be decoded; this tells why. */
  public static ProtocolException malformed(String why) {
    return new ProtocolException(400, "decode AdmissionReview: " + why);
  }

  /** A part of the body, short enough for a message. */
  public static String quoted(String text) {
    return text.length() <= QUOTED ? text : text.substring(0, QUOTED) + "...";
  }

  /** Kubernetes' word for the status. */
  String reason() {
    return status == 413 ? "RequestEntityTooLarge" : "BadRequest";
  }

  public int status() {
    return status;
  }
}
