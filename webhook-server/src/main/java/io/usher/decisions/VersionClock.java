package io.usher.decisions;

import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The versions of what a replica tells: microseconds since 1970, but always later than every
 * version that it has told or heard of. So a list that one replica gathered and a watch that begins
 * there at another one agree, also when their machines' clocks do not. A hybrid logical clock
 * (Kulkarni et al., 2014) in one number. Thread-safe.
 */
final class VersionClock {

  private static final long AHEAD_MICROS = TimeUnit.HOURS.toMicros(1);

  private final Clock clock;
  private final AtomicLong last = new AtomicLong();

  VersionClock(Clock clock) {
    this.clock = clock;
  }

  /** A version for something new. */
  long next() {
    long now = micros();
    return last.updateAndGet(before -> Math.max(before + 1, now));
  }

  /** The version as of now: all that is new from here on is later. */
  long now() {
    return advance(micros());
  }

  /** From now on all is later than this version, too. */
  long advance(long version) {
    return last.updateAndGet(before -> Math.max(before, version));
  }

  /** Whether a version is so late that whoever told it has no clock that can be followed. */
  boolean isFarAhead(long version) {
    return version > micros() + AHEAD_MICROS;
  }

  private long micros() {
    var now = clock.instant();
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
  }
}
