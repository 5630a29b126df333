package io.usher.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.usher.observe.Endpoint;
import io.usher.observe.FinishedReview;
import io.usher.observe.ReviewOutcome;
import io.usher.rule.Door;
import io.usher.webhook.WebhookRegistration;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Counts and times the reviews of doors. No label can be chosen by a caller. Thread-safe. */
final class AccessMetrics {

  private record Key(String webhook, String kind, ReviewOutcome outcome) {}

  private final Meters meters;
  private final Map<Key, Counter> reviews = new ConcurrentHashMap<>();
  private final Map<Endpoint, Timer> times = new ConcurrentHashMap<>();

  AccessMetrics(Meters meters) {
    this.meters = meters;
  }

  /** What alerts look at is there at once, with 0; what was counted of others is forgotten. */
  void serve(Collection<WebhookRegistration> webhooks) {
    Map<Endpoint, Timer> served = new ConcurrentHashMap<>();
    for (var webhook : webhooks) {
      for (var door : Door.values()) {
        if (webhook.has(door)) {
          var endpoint = new Endpoint(kind(door), webhook.name(), null);
          served.put(endpoint, times.computeIfAbsent(endpoint, this::timer));
          counter(endpoint, ReviewOutcome.FAILED);
        }
      }
    }
    times.forEach(
        (endpoint, timer) -> {
          if (!served.containsKey(endpoint)) {
            times.remove(endpoint);
            meters.registry.remove(timer);
          }
        });
    reviews.forEach(
        (key, counter) -> {
          if (!served.containsKey(new Endpoint(key.kind(), key.webhook(), null))) {
            reviews.remove(key);
            meters.registry.remove(counter);
          }
        });
  }

  void finished(FinishedReview review) {
    Endpoint endpoint = review.review().endpoint();
    counter(endpoint, review.outcome()).increment();
    times.computeIfAbsent(endpoint, this::timer).record(review.nanos(), TimeUnit.NANOSECONDS);
  }

  private static String kind(Door door) {
    return door.name().toLowerCase(Locale.ROOT);
  }

  private Counter counter(Endpoint endpoint, ReviewOutcome outcome) {
    return reviews.computeIfAbsent(
        new Key(endpoint.webhook(), endpoint.kind(), outcome), this::counter);
  }

  private Counter counter(Key key) {
    return Counter.builder("usher.access.reviews")
        .description("TokenReviews and SubjectAccessReviews that were answered")
        .tag("webhook", key.webhook())
        .tag("kind", key.kind())
        .tag("decision", key.outcome().name().toLowerCase(Locale.ROOT))
        .register(meters.registry);
  }

  private Timer timer(Endpoint endpoint) {
    return Timer.builder("usher.access.duration")
        .description("From the complete body of a TokenReview or SubjectAccessReview to the answer")
        .tag("webhook", endpoint.webhook())
        .tag("kind", endpoint.kind())
        .serviceLevelObjectives(Meters.REVIEW_BUCKETS)
        .register(meters.registry);
  }
}
