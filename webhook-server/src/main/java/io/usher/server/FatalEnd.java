package io.usher.server;

import io.usher.observe.ReviewObserver;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Hears that the server can't go on, and sees to its end. Its thread waits from the start on: when
 * it is needed, none may be had.
 */
final class FatalEnd implements ReviewObserver.Some, AutoCloseable {

  private final CountDownLatch told = new CountDownLatch(1);
  private final Thread thread;
  private volatile String reason = "";

  /**
   * Waits once it is started.
   *
   * @param end runs on the thread, once, when somebody has said that the server can't go on
   */
  FatalEnd(Runnable end) {
    thread =
        new Thread(
            () -> {
              if (isTold()) {
                end.run();
              }
            },
            "fatal");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** What was said first. */
  String reason() {
    return reason;
  }

  @Override
  public void fatal(String what, @Nullable Throwable cause) {
    if (told.getCount() > 0) {
      reason = what;
      told.countDown();
    }
  }

  /** Ends the thread, unless it is the one that closes. */
  @Override
  public void close() {
    if (Thread.currentThread() != thread) {
      thread.interrupt();
    }
  }

  private boolean isTold() {
    try {
      told.await();
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
