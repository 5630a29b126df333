package io.usher.http;

/**
 * What an API server bears from all its clients together.
 *
 * @param connections that are open; the one of least use is closed for another
 * @param requests under way, watches among them
 * @param threads that answer requests
 * @param bytes of bodies on their way in and answers on their way out
 */
public record ApiLimits(int connections, int requests, int threads, long bytes) {

  /** Of a process that serves an API and nothing else. Idle watches take little. */
  public static final ApiLimits DEFAULT = new ApiLimits(10_000, 20_000, 32, 256L << 20);

  /** Of an API beside reviews, whose memory and threads it must not take. */
  public static final ApiLimits SMALL = new ApiLimits(64, 256, 4, 16L << 20);
}
