package io.usher.cli.local;

import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Listens to a webhook of this process: which rules ran since it was last asked and for how long,
 * which failed, and what they logged.
 */
public final class RuleRecorder implements ReviewObserver.Some {

  private final Queue<Admission.RuleRun> runs = new ConcurrentLinkedQueue<>();
  private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();
  private final Queue<String> log = new ConcurrentLinkedQueue<>();
  private final Map<String, StackTraceElement[]> hung = new ConcurrentHashMap<>();

  @Override
  public void ruleReturned(ReviewIdentity review, String rule, long nanos) {
    runs.add(new Admission.RuleRun(rule, nanos));
  }

  /** Comes before {@link #ruleFailed}, while the thread is still in the rule. */
  @Override
  public void ruleHung(ReviewIdentity review, String rule, int hungThreads, Thread thread) {
    hung.put(rule, thread.getStackTrace());
  }

  @Override
  public void ruleFailed(
      ReviewIdentity review, String rule, String what, boolean skipped, Throwable cause) {
    StackTraceElement[] where = hung.remove(rule);
    failures.add(where == null ? Failure.thrown(rule, cause) : Failure.late(rule, where));
  }

  @Override
  public void reviewFailed(ReviewIdentity review, String what, Throwable cause) {
    failures.add(
        new Failure(
            "a fault of Usher in webhook " + review.endpoint().webhook() + ": " + cause,
            List.of()));
  }

  /** A rule logged this line. */
  public void logged(String line) {
    log.add(line);
  }

  /** What was logged since the last call. */
  public List<String> takeLog() {
    return take(log);
  }

  /** The rules that returned since the last call, in order. */
  List<Admission.RuleRun> takeRuns() {
    return take(runs);
  }

  /** What failed since the last call. */
  List<Failure> takeFailures() {
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
