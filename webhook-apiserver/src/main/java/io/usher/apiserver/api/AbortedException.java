package io.usher.apiserver.api;

/** A request gets no answer: the transport closes its connection. */
public final class AbortedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Carries no stack trace: it is no fault of the server. */
  public AbortedException() {
    super("the request is aborted", null, false, false);
  }
}
