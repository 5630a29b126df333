package io.usher.http;

import java.util.function.Consumer;

/** What the headers of a call lead to. */
public sealed interface Verdict permits Verdict.Accepted, Verdict.Unread, Refusal {

  /**
   * The body may come.
   *
   * @param dueNanos until when, on {@link System#nanoTime()}'s scale
   * @param maxBodyBytes its largest size; 413 above it
   * @param service answers when it has come
   */
  record Accepted(long dueNanos, int maxBodyBytes, Service service) implements Verdict {}

  /**
   * The body is left to whoever the call is passed on to.
   *
   * @param service answers at once, and closes nothing
   */
  record Unread(Consumer<Responder> service) implements Verdict {}

  /** Answers a call whose body has come. */
  interface Service {

    /**
     * Begins to answer.
     *
     * @param body closed by the service, when nobody uses its bytes any more
     * @param responder takes the answer, on any thread, also after this returns
     */
    void serve(RequestBody body, Responder responder);
  }
}
