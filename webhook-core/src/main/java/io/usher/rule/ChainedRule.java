package io.usher.rule;

import io.usher.observe.ReviewObserver;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/** A rule in its chain: what it is, what it is for, and how many threads hang in it. */
final class ChainedRule {

  /**
   * Threads that may hang in a rule before it is no longer tried. The second one shows that the
   * first was no accident; each takes a share of a core from all others.
   */
  private static final int HUNG_THREADS_THAT_OPEN = 2;

  /** How long a thread that was given up may only be slow. */
  static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  final RuleDefinition definition;
  final RuleFilter filter;

  /** Whether a later rule may use this rule's view of the object. */
  final boolean keepsView;

  private final String webhook;

  /** When threads were given up that are still in the rule; which is whose doesn't matter. */
  private final ArrayDeque<Long> hungSince = new ArrayDeque<>();

  /** How many these are, to be read without a lock. */
  private volatile int hungThreads;

  private boolean open;

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

  /**
   * Whether the rule is not to be tried. Two threads that are given up at the same moment may only
   * be slow, on a machine that has no time for them; when the first has not come back after a
   * while, they hang.
   */
  boolean circuitOpen(ReviewObserver observer) {
    return hungThreads >= HUNG_THREADS_THAT_OPEN && openWhenNotJustSlow(observer);
  }

  private synchronized boolean openWhenNotJustSlow(ReviewObserver observer) {
    if (!open
        && hungSince.size() >= HUNG_THREADS_THAT_OPEN
        && System.nanoTime() - hungSince.getFirst() >= SLOW_NANOS) {
      open = true;
      observer.circuitChanged(webhook, name(), true);
    }
    return open;
  }

  synchronized void hung(Thread thread, ReviewObserver observer) {
    hungSince.addLast(System.nanoTime());
    hungThreads = hungSince.size();
    observer.ruleHung(webhook, name(), hungThreads, thread);
  }

  synchronized void released(ReviewObserver observer) {
    hungSince.removeLast();
    hungThreads = hungSince.size();
    observer.ruleReleased(webhook, name(), hungThreads);
    if (open && hungThreads < HUNG_THREADS_THAT_OPEN) {
      open = false;
      observer.circuitChanged(webhook, name(), false);
    }
  }
}
