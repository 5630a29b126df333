package io.usher.decisions;

import io.usher.observe.FinishedReview;
import io.usher.observe.ReviewObserver;
import io.usher.observe.ReviewOutcome;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what rules decided, as the metrics count how long they took. */
final class RuleOutcomes implements ReviewObserver.Some {

  private record Key(String webhook, String rule) {}

  private final Map<Key, LongAdder> changes = new ConcurrentHashMap<>();
  private final Map<Key, LongAdder> denials = new ConcurrentHashMap<>();

  @Override
  public void reviewFinished(FinishedReview review) {
    for (String rule : review.changedBy()) {
      count(changes, new Key(review.webhook(), rule));
    }
    if (review.outcome() == ReviewOutcome.DENIED && review.rule() != null) {
      count(denials, new Key(review.webhook(), review.rule()));
    }
  }

  private static void count(Map<Key, LongAdder> counts, Key key) {
    LongAdder count = counts.get(key);
    (count != null ? count : counts.computeIfAbsent(key, each -> new LongAdder())).increment();
  }

  long changes(String webhook, String rule) {
    return sum(changes, new Key(webhook, rule));
  }

  long denials(String webhook, String rule) {
    return sum(denials, new Key(webhook, rule));
  }

  private static long sum(Map<Key, LongAdder> counts, Key key) {
    LongAdder count = counts.get(key);
    return count == null ? 0 : count.sum();
  }
}
