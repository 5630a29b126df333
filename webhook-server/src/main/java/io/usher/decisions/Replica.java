package io.usher.decisions;

import io.usher.apiserver.storage.ObjectSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What this replica has to tell. Thread-safe. */
final class Replica {

  private final String name;
  private final VersionClock versions;
  private final DecisionLog decisions;
  private final Supplier<List<RuleReport>> rules;

  /** By name, as they were at the last mark; guarded by this object. */
  private Map<String, Versioned> told = Map.of();

  /** A rule's report, and since when it is so. */
  record Versioned(RuleReport report, long version) {}

  /**
   * @param name what it is called
   * @param rules tells of the rules that are served now
   */
  Replica(
      String name, VersionClock versions, DecisionLog decisions, Supplier<List<RuleReport>> rules) {
    this.name = name;
    this.versions = versions;
    this.decisions = decisions;
    this.rules = rules;
  }

  String name() {
    return name;
  }

  /** The version as of now, later than another one: all that is new from here on is later. */
  long mark(long version) {
    decisions.mark(version);
    synchronized (this) {
      var now = new HashMap<String, Versioned>();
      for (RuleReport report : rules.get()) {
        Versioned before = told.get(report.name());
        now.put(
            report.name(),
            before != null && before.report().equals(report)
                ? before
                : new Versioned(report, versions.next()));
      }
      told = now;
      return versions.now();
    }
  }

  /** Whether a version can't be followed. */
  boolean isFarAhead(long version) {
    return versions.isFarAhead(version);
  }

  /** The decisions up to a version. */
  DecisionLog.Seen decisions(long version) {
    return decisions.upTo(version);
  }

  /** The rules as they were when the last version was marked. */
  synchronized List<Versioned> rules() {
    return List.copyOf(told.values());
  }

  /** Tells of the decisions after a version. */
  Runnable follow(long version, ObjectSource.Follower follower) {
    return decisions.follow(version, follower);
  }
}
