package io.usher.engine;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules' work on one request.
 *
 * <p>A thread calls {@link #run}. Another, that watches the time, may {@link #giveUpOverdueRule
 * take the running rule away} from it; whatever that rule still does then counts for nothing, and
 * when it may be skipped, a further thread calls {@link #run} again to go on behind it.
 *
 * @param <A> the answer
 */
public interface Evaluation<A> {

  /**
   * A rule that was given up while its thread is still in it.
   *
   * @param rule its name
   * @param skipped whether the review goes on behind it
   */
  record GivenUp(String rule, boolean skipped) {}

  /**
   * Runs the rules that are left on this thread.
   *
   * @return the answer, or null when a rule was given up on this thread: the answer is somebody
   *     else's then
   * @throws RuleFailedException when a rule fails that may not be skipped
   */
  @Nullable A run();

  /**
   * Takes the running rule away from its thread if its time has passed.
   *
   * @return what was given up, or null when no rule is overdue. When it may be skipped, the caller
   *     has {@link #run} called on another thread; else the review has failed
   */
  @Nullable GivenUp giveUpOverdueRule();

  /** The rule that decided against the request, where any decision is to be told; or null. */
  @Nullable String decidedBy();

  /** The rules that made the object another one, in their order. */
  List<String> changedBy();

  /** The age of the oldest view of the cluster that a rule has read, or null when none has. */
  @Nullable Duration viewAge();
}
