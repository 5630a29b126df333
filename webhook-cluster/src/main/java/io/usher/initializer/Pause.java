package io.usher.initializer;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits. */
@FunctionalInterface
interface Pause {

  /** By the time of this machine. */
  Pause REAL = time -> TimeUnit.NANOSECONDS.sleep(time.toNanos());

  /** Waits for so long. */
  void await(Duration time) throws InterruptedException;
}
