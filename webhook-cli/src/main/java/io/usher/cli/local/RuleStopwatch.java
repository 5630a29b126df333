package io.usher.cli.local;

import io.usher.admission.AdmissionRequest;
import io.usher.observe.ReviewObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Listens to a webhook of this process: which rules ran since it was last asked, for how long. */
public final class RuleStopwatch implements ReviewObserver {

  private final Queue<Admission.RuleRun> runs = new ConcurrentLinkedQueue<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();

  @Override
  public void ruleReturned(String webhook, String rule, long nanos) {
    runs.add(new Admission.RuleRun(rule, nanos));
  }

  @Override
  public void ruleFailed(
      String webhook, String rule, AdmissionRequest request, boolean skipped, Throwable cause) {
    failures.add("rule %s failed: %s".formatted(rule, cause));
  }

  /** The rules that returned since the last call, in order. */
  List<Admission.RuleRun> takeRuns() {
    return take(runs);
  }

  /** The rules that failed since the last call, and why: more than an answer may tell. */
  List<String> takeFailures() {
    return take(failures);
  }

  private static <T> List<T> take(Queue<T> queue) {
    var taken = new ArrayList<T>();
    for (T next = queue.poll(); next != null; next = queue.poll()) {
      taken.add(next);
    }
    return taken;
  }
}
