package io.usher.http;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What keeps the process from being ready. Ready means that nothing does. */
public final class Readiness {

  private final Map<String, String> reasons = new ConcurrentHashMap<>();

  /** Not ready because of this, until {@link #clear}. */
  public void block(String condition, String reason) {
    reasons.put(condition, reason);
  }

  /** The condition no longer stands in the way. */
  public void clear(String condition) {
    reasons.remove(condition);
  }

  /** One line for each condition that does. */
  List<String> reasons() {
    return reasons.entrySet().stream()
        .map(each -> each.getKey() + ": " + each.getValue())
        .sorted()
        .toList();
  }
}
