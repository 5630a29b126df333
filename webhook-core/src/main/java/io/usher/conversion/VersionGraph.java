package io.usher.conversion;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The versions of one kind, and what converts between them. From one version to another the
 * shortest way is taken: straight, or by way of others, as between the spokes of a hub.
 *
 * @param <E> what converts
 */
public final class VersionGraph<E> {

  private final Map<String, Map<String, E>> steps = new TreeMap<>();

  /** By where they begin and end. */
  private final Map<String, Map<String, List<E>>> ways = new HashMap<>();

  private final List<String> missing = new ArrayList<>();
  private final List<String> ambiguous = new ArrayList<>();
  private final List<String> repeated = new ArrayList<>();

  /**
   * One step.
   *
   * @param from the version that it takes
   * @param to the version that it gives
   * @param by what does it
   */
  public record Step<E>(String from, String to, E by) {}

  /** A graph of these steps. */
  public VersionGraph(Collection<Step<E>> all) {
    for (Step<E> step : all) {
      steps.computeIfAbsent(step.to(), version -> new TreeMap<>());
      E before =
          steps.computeIfAbsent(step.from(), version -> new TreeMap<>()).put(step.to(), step.by());
      if (before != null) {
        repeated.add(step.from() + " to " + step.to());
      }
    }
    for (String from : steps.keySet()) {
      search(from);
    }
  }

  /** A version on the way. */
  private record Reached<E>(String version, List<E> way) {}

  private void search(String from) {
    var found = new TreeMap<String, List<E>>();
    var begun = new Reached<E>(from, List.of());
    found.put(from, begun.way());
    var next = new ArrayDeque<>(List.of(begun));
    while (!next.isEmpty()) {
      Reached<E> at = next.remove();
      steps
          .getOrDefault(at.version(), Map.of())
          .forEach(
              (version, by) -> {
                var way = new ArrayList<>(at.way());
                way.add(by);
                List<E> before = found.putIfAbsent(version, List.copyOf(way));
                if (before == null) {
                  next.add(new Reached<>(version, List.copyOf(way)));
                } else if (before.size() == way.size()) {
                  ambiguous.add(from + " to " + version);
                }
              });
    }
    for (String to : steps.keySet()) {
      if (!found.containsKey(to)) {
        missing.add(from + " to " + to);
      }
    }
    ways.put(from, found);
  }

  /** The versions, by name. */
  public Set<String> versions() {
    return Collections.unmodifiableSet(steps.keySet());
  }

  /** The steps from a version to another, none from one to itself; empty where there is no way. */
  public Optional<List<E>> way(String from, String to) {
    return Optional.ofNullable(ways.getOrDefault(from, Map.of()).get(to));
  }

  /**
   * What keeps a version from reaching every other in one way alone; what to write instead is said.
   */
  public List<String> problems() {
    var problems = new ArrayList<String>();
    if (!repeated.isEmpty()) {
      problems.add(
          "several methods convert " + String.join(", ", repeated) + "; leave one of them");
    }
    if (!missing.isEmpty()) {
      problems.add(
          "nothing converts "
              + String.join(", ", missing)
              + ", not even by way of another version; add @Converting methods until every version"
              + " reaches every other");
    }
    if (!ambiguous.isEmpty()) {
      problems.add(
          "there are several ways of the same length from "
              + String.join(", ", ambiguous.stream().distinct().toList())
              + "; add a method that goes straight");
    }
    return problems;
  }
}
