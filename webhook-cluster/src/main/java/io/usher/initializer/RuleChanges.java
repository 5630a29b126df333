package io.usher.initializer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Listens to the webhooks of this process: which rules changed the object, and which failed. */
public final class RuleChanges implements ReviewObserver.Some {

  private final Set<String> changed = new LinkedHashSet<>();
  private final List<String> failures = new ArrayList<>();

  @Override
  public synchronized void objectChanged(
      ReviewIdentity review, String rule, ObjectNode before, ObjectNode after) {
    if (!after.equals(before)) {
      changed.add(rule);
    }
  }

  @Override
  public synchronized void ruleFailed(
      ReviewIdentity review, String rule, String what, boolean skipped, Throwable cause) {
    failures.add("rule " + rule + " failed: " + cause);
  }

  @Override
  public synchronized void reviewFailed(ReviewIdentity review, String what, Throwable cause) {
    failures.add("webhook " + review.endpoint().webhook() + " failed: " + cause);
  }

  synchronized void clear() {
    changed.clear();
    failures.clear();
  }

  /** The rules that changed the object since the last call of {@link #clear}, in order. */
  synchronized List<String> changed() {
    return List.copyOf(changed);
  }

  /** What failed since then. */
  synchronized List<String> failures() {
    return List.copyOf(failures);
  }
}
