package io.usher.handler;

import java.time.Duration;

/**
 * How handlers are run.
 *
 * @param minRetry after the first failure of an object; each further pause is twice as long
 * @param maxRetry the longest pause; each is drawn between half of it and the whole
 * @param maxTries of a change that is only told once, as added, updated or deleted
 * @param retriesPerSecond of a handler
 * @param retryBurst retries of a handler that may come at once
 * @param writesPerSecond requests of all handlers together
 * @param writeBurst requests that may come at once
 * @param maxStaleness above which a view is too old to be listed
 */
public record HandlerSettings(
    Duration minRetry,
    Duration maxRetry,
    int maxTries,
    int retriesPerSecond,
    int retryBurst,
    int writesPerSecond,
    int writeBurst,
    Duration maxStaleness) {

  /**
   * Retries are limited as controller-runtime limits them, and writes as it limits its client.
   * After 15 tries half an hour has passed.
   */
  public static final HandlerSettings DEFAULT =
      new HandlerSettings(
          Duration.ofMillis(500),
          Duration.ofMinutes(5),
          15,
          10,
          100,
          20,
          30,
          Duration.ofSeconds(150));

  /** The same with another age above which a view is too old. */
  public HandlerSettings withMaxStaleness(Duration staleness) {
    return new HandlerSettings(
        minRetry,
        maxRetry,
        maxTries,
        retriesPerSecond,
        retryBurst,
        writesPerSecond,
        writeBurst,
        staleness);
  }
}
