package io.usher.apiserver.admission.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which webhooks a write passes a second time: those with {@code reinvocationPolicy: IfNeeded}
 * whose object another one changed after their call. For one write and one thread.
 */
public final class Reinvocation {

  private final Set<String> invoked = new HashSet<>();
  private final Set<String> again = new HashSet<>();
  private @Nullable ObjectNode lastOutput;
  private boolean needed;
  private boolean secondRound;

  /** Whether a webhook changed the object, so that all plugins run a second time. */
  public boolean isNeeded() {
    return needed;
  }

  /** Begins the second round. */
  public void begin() {
    secondRound = true;
  }

  boolean isSecondRound() {
    return secondRound;
  }

  /** Notes a change by other plugins since the last webhook. */
  void compare(@Nullable ObjectNode object) {
    if (secondRound && !Objects.equals(lastOutput, object)) {
      callInvokedAgain();
    }
  }

  void webhooksAreDone(@Nullable ObjectNode object) {
    lastOutput = object == null ? null : object.deepCopy();
  }

  boolean isCalled(Webhook webhook) {
    return !secondRound || again.contains(webhook.key());
  }

  void wasCalled(Webhook webhook, boolean changed) {
    if (changed) {
      callInvokedAgain();
      needed = true;
    }
    if (webhook.reinvoked()) {
      invoked.add(webhook.key());
    }
  }

  private void callInvokedAgain() {
    again.addAll(invoked);
    invoked.clear();
  }
}
