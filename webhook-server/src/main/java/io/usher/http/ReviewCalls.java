package io.usher.http;

import io.usher.engine.ReviewExecutor;
import io.usher.observe.ReviewObserver;
import java.time.Duration;

/**
 * What the calls of all review routes share.
 *
 * @param executor runs reviews
 * @param observer learns of calls that are refused
 * @param margin what is kept of a call's time
 * @param maxTimeout the most that a call may ask for
 * @param maxBody the most that a body may have
 */
public record ReviewCalls(
    ReviewExecutor executor,
    ReviewObserver observer,
    DeadlineMargin margin,
    Duration maxTimeout,
    BodyLimit maxBody) {

  /** As they are set. */
  public static ReviewCalls of(
      HttpSettings settings, ReviewExecutor executor, ReviewObserver observer) {
    return new ReviewCalls(
        executor,
        observer,
        settings.margin(),
        settings.maxTimeout(),
        new BodyLimit(settings.maxBodyBytes(), HttpSettings.MAX_BODY.name()));
  }

  /** The same for a kind of review whose calls may not ask for more than this. */
  public ReviewCalls within(Duration timeout) {
    return new ReviewCalls(
        executor,
        observer,
        margin,
        timeout.compareTo(maxTimeout) < 0 ? timeout : maxTimeout,
        maxBody);
  }

  /** The same for a kind of review whose bodies have another limit. */
  public ReviewCalls with(BodyLimit limit) {
    return new ReviewCalls(executor, observer, margin, maxTimeout, limit);
  }
}
