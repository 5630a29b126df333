package io.usher.apiserver.api;

/**
 * A request fails, and its client gets this status. Carries no stack trace: it is an answer, not a
 * fault of the server.
 */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Status status;

  public ApiException(Status status) {
    this(status, status.message());
  }

  /**
   * A failure of which the client is not to know the reason.
   *
   * @param logged the exception's message, for the server's log alone
   */
  public ApiException(Status status, String logged) {
    super(logged, null, false, false);
    this.status = status;
  }

  /** What the client gets. */
  public Status status() {
    return status;
  }
}
