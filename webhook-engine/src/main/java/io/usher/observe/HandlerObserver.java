package io.usher.observe;

/**
 * Learns what happens to handlers. The threads that do the work call the methods, so they return at
 * once, never throw, and may be called concurrently.
 *
 * <p>Each call of a handler ends in one of {@link #succeeded}, {@link #conflicted} and {@link
 * #failed}.
 */
public interface HandlerObserver {

  /** An observer that does nothing. */
  HandlerObserver NONE = new Some() {};

  /** A handler returned after so many nanoseconds, and what it wanted is done. */
  void succeeded(HandlerIdentity handler, long nanos);

  /**
   * What a handler wanted was not done, as the object had changed meanwhile; it is called again.
   */
  void conflicted(HandlerIdentity handler);

  /**
   * A handler threw, took too long, or what it wanted was refused.
   *
   * @param object {@code pods default/web}
   * @param cause what it threw, or what names the passed budget or the refusal
   */
  void failed(HandlerIdentity handler, String object, Throwable cause);

  /**
   * A handler failed for a change so often that it is not called for it any more.
   *
   * @param object {@code pods default/web}
   */
  void gaveUp(HandlerIdentity handler, String object);

  /** A handler's object was patched. */
  void patched(HandlerIdentity handler);

  /** A handler's Event was written. */
  void eventWritten(HandlerIdentity handler);

  /** A handler's Event was not written: there are too many, or an equal one was written already. */
  void eventDropped(HandlerIdentity handler);

  /** A handler was given up while its thread still runs; so many of its threads hang now. */
  void hung(HandlerIdentity handler, int hungThreads, Thread thread);

  /** A thread that hung in a handler came back; so many still hang in it. */
  void released(HandlerIdentity handler, int hungThreads);

  /** A handler is not called, or is called again, because of the threads that hang in it. */
  void circuitChanged(HandlerIdentity handler, boolean open);

  /** An observer of some events: the others do nothing. */
  interface Some extends HandlerObserver {

    @Override
    default void succeeded(HandlerIdentity handler, long nanos) {}

    @Override
    default void conflicted(HandlerIdentity handler) {}

    @Override
    default void failed(HandlerIdentity handler, String object, Throwable cause) {}

    @Override
    default void gaveUp(HandlerIdentity handler, String object) {}

    @Override
    default void patched(HandlerIdentity handler) {}

    @Override
    default void eventWritten(HandlerIdentity handler) {}

    @Override
    default void eventDropped(HandlerIdentity handler) {}

    @Override
    default void hung(HandlerIdentity handler, int hungThreads, Thread thread) {}

    @Override
    default void released(HandlerIdentity handler, int hungThreads) {}

    @Override
    default void circuitChanged(HandlerIdentity handler, boolean open) {}
  }
}
