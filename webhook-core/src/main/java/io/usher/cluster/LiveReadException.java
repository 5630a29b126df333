package io.usher.cluster;

/**
 * The API server, or what it passed a request on to, gave no answer in time, refused, or answered
 * too much. A rule that lets it pass fails, and its failure policy decides.
 */
public final class LiveReadException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int code;

  /**
   * No answer came.
   *
   * @param message what was asked, and what is wrong
   */
  public LiveReadException(String message) {
    this(message, 0);
  }

  /**
   * It was refused.
   *
   * @param code the HTTP status
   */
  public LiveReadException(String message, int code) {
    super(message);
    this.code = code;
  }

  /** The HTTP status, 403 for one; 0 when no answer came. */
  public int code() {
    return code;
  }
}
