package io.usher.apiserver.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request fails, and its client gets this status. Carries no stack trace: it is an answer, not a
 * fault of the server.
 */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Status status;
  private final transient List<String> warnings;

  public ApiException(Status status) {
    this(status, status.message());
  }

  /**
   * A failure of which the client is not to know the reason.
   *
   * @param logged the exception's message, for the server's log alone
   */
  public ApiException(Status status, String logged) {
    this(status, logged, List.of());
  }

  private ApiException(Status status, @Nullable String logged, List<String> warnings) {
    super(logged, null, false, false);
    this.status = status;
    this.warnings = List.copyOf(warnings);
  }

  /** The same with texts of {@code Warning} headers. */
  public ApiException withWarnings(List<String> texts) {
    return new ApiException(status, getMessage(), texts);
  }

  /** Texts of {@code Warning} headers that the client gets with the status. */
  public List<String> warnings() {
    return warnings;
  }

  /** What the client gets. */
  public Status status() {
    return status;
  }
}
