package io.usher.rule;

import io.usher.observe.ReviewObserver;
import java.util.concurrent.atomic.AtomicInteger;

/** A rule in its chain: what it is, what it is for, and how many threads hang in it. */
final class ChainedRule {

  /**
   * Threads that may hang in a rule before it is no longer tried. The second one shows that the
   * first was no accident; each takes a share of a core from all others.
   */
  private static final int HUNG_THREADS_THAT_OPEN = 2;

  final RuleDefinition definition;
  final RuleFilter filter;

  /** Whether a later rule may use this rule's view of the object. */
  final boolean keepsView;

  private final String webhook;
  private final AtomicInteger hungThreads = new AtomicInteger();

  ChainedRule(String webhook, RuleDefinition definition, boolean keepsView) {
    this.webhook = webhook;
    this.definition = definition;
    this.filter = new RuleFilter(definition.match());
    this.keepsView = keepsView;
  }

  String name() {
    return definition.name();
  }

  boolean skippable() {
    return definition.onFailure() == OnFailure.SKIP_RULE;
  }

  boolean circuitOpen() {
    return hungThreads.get() >= HUNG_THREADS_THAT_OPEN;
  }

  void hung(Thread thread, ReviewObserver observer) {
    int now = hungThreads.incrementAndGet();
    observer.ruleHung(webhook, name(), now, thread);
    if (now == HUNG_THREADS_THAT_OPEN) {
      observer.circuitChanged(webhook, name(), true);
    }
  }

  void released(ReviewObserver observer) {
    int now = hungThreads.decrementAndGet();
    observer.ruleReleased(webhook, name(), now);
    if (now == HUNG_THREADS_THAT_OPEN - 1) {
      observer.circuitChanged(webhook, name(), false);
    }
  }
}
