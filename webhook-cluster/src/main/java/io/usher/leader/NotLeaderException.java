package io.usher.leader;

/** A write was not sent, as its replica does not lead any more. */
public final class NotLeaderException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  NotLeaderException(String request) {
    super(request + ": not sent, as another replica may lead by now");
  }
}
