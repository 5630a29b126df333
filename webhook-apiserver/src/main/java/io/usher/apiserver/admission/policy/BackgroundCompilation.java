package io.usher.apiserver.admission.policy;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Compiles policies before a write needs them, those of all sources one after another. The daemon
 * thread is there only while there is something to compile.
 */
final class BackgroundCompilation {

  private static final ThreadPoolExecutor THREAD =
      new ThreadPoolExecutor(
          1,
          1,
          1,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          task -> {
            var thread = new Thread(task, "policy-compilation");
            thread.setDaemon(true);
            thread.setPriority(Thread.MIN_PRIORITY);
            return thread;
          });

  static {
    THREAD.allowCoreThreadTimeOut(true);
  }

  private BackgroundCompilation() {}

  static void run(Runnable task) {
    THREAD.execute(task);
  }
}
