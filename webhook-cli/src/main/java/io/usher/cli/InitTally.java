package io.usher.cli;

import io.usher.initializer.ObjectPatch;
import io.usher.initializer.Outcome;
import io.usher.initializer.Plan;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Counts of what is to be done: by rule and kind, and by what comes of objects. */
final class InitTally {

  private record RuleAndKind(String rule, String kind) implements Comparable<RuleAndKind> {
    @Override
    public int compareTo(RuleAndKind other) {
      int order = rule.compareTo(other.rule);
      return order != 0 ? order : kind.compareTo(other.kind);
    }
  }

  private final Map<RuleAndKind, Integer> changes = new TreeMap<>();
  private final Map<Outcome, Integer> left = new EnumMap<>(Outcome.class);
  private final TreeSet<String> notIdempotent = new TreeSet<>();
  private int toChange;
  private int right;

  void add(Plan plan) {
    if (plan instanceof Plan.Change change) {
      toChange++;
      ObjectPatch patch = change.patch();
      for (String rule : patch.rules()) {
        changes.merge(new RuleAndKind(rule, patch.object().kind().kind()), 1, Integer::sum);
      }
      if (!change.idempotent()) {
        notIdempotent.addAll(patch.rules());
      }
    } else if (plan instanceof Plan.Left leave) {
      left.merge(leave.outcome(), 1, Integer::sum);
    } else {
      right++;
    }
  }

  /** The objects that are to be changed. */
  int toChange() {
    return toChange;
  }

  boolean hasFailed() {
    return left.containsKey(Outcome.FAILED);
  }

  /** The rules that take part in changes which they would change again. */
  TreeSet<String> notIdempotent() {
    return notIdempotent;
  }

  void print(PrintWriter out) {
    if (!changes.isEmpty()) {
      out.println();
      int rule = Math.max("RULE".length(), width(changes, true));
      int kind = Math.max("KIND".length(), width(changes, false));
      String row = "%-" + rule + "s  %-" + kind + "s  %s%n";
      out.printf(row, "RULE", "KIND", "OBJECTS");
      changes.forEach((each, count) -> out.printf(row, each.rule(), each.kind(), count));
      out.println();
    }
    int all = toChange + right + left.values().stream().mapToInt(Integer::intValue).sum();
    String others =
        left.entrySet().stream()
            .map(each -> ", " + each.getValue() + " " + each.getKey())
            .collect(Collectors.joining());
    out.printf(
        "%d %s: %d to change, %d right%s%n",
        all, all == 1 ? "object" : "objects", toChange, right, others);
  }

  private static int width(Map<RuleAndKind, Integer> counts, boolean ofRule) {
    return counts.keySet().stream()
        .mapToInt(each -> (ofRule ? each.rule() : each.kind()).length())
        .max()
        .orElse(0);
  }
}
