package io.usher.apiserver.admission.match;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which webhooks or policies a write passes a second time: those with {@code reinvocationPolicy:
 * IfNeeded} whose object another one changed after their call. For one write, one plugin and one
 * thread.
 */
public final class Reinvocation {

  private final Set<String> invoked = new HashSet<>();
  private final Set<String> again = new HashSet<>();
  private @Nullable ObjectNode lastOutput;
  private boolean needed;
  private boolean secondRound;
  private long nanosTaken;

  /** Whether one of them changed the object, so that all plugins run a second time. */
  public boolean isNeeded() {
    return needed;
  }

  /** Begins the second round. */
  public void begin() {
    secondRound = true;
  }

  /** Whether this is the second round. */
  public boolean isSecondRound() {
    return secondRound;
  }

  /** Notes a change by other plugins since the last call. */
  public void compare(@Nullable ObjectNode object) {
    if (secondRound && !Objects.equals(lastOutput, object)) {
      callInvokedAgain();
    }
  }

  /** Keeps what this round made of the object. */
  public void roundIsDone(@Nullable ObjectNode object) {
    lastOutput = object == null ? null : object.deepCopy();
  }

  /**
   * Whether one is called in this round.
   *
   * @param key tells it from all others
   */
  public boolean isCalled(String key) {
    return !secondRound || again.contains(key);
  }

  /**
   * Notes a call.
   *
   * @param changed whether it changed the object
   * @param reinvoked whether its {@code reinvocationPolicy} is IfNeeded
   */
  public void wasCalled(String key, boolean changed, boolean reinvoked) {
    if (changed) {
      callInvokedAgain();
      needed = true;
    }
    if (reinvoked) {
      invoked.add(key);
    }
  }

  /**
   * Notes that this round made something of the object, though it may be the same: Kubernetes'
   * policies run again then, whatever they changed.
   */
  public void allRan() {
    callInvokedAgain();
    needed = true;
  }

  /** Adds to the time that the rounds took. */
  public void took(long nanos) {
    nanosTaken += nanos;
  }

  /** The time that the rounds took so far. */
  public long nanosTaken() {
    return nanosTaken;
  }

  private void callInvokedAgain() {
    again.addAll(invoked);
    invoked.clear();
  }
}
