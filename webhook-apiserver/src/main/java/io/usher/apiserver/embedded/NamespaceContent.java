package io.usher.apiserver.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.apiextensions.Conditions;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What is left in a namespace that is being deleted, and the conditions that say so. */
final class NamespaceContent {

  /** By {@code resource.group}. */
  private final Map<String, Integer> resources = new TreeMap<>();

  private final Map<String, Integer> finalizers = new TreeMap<>();
  private final SortedSet<String> failures = new TreeSet<>();
  private final Set<Key> keys = new HashSet<>();

  /** Which object of the namespace, as what it is stored. */
  record Key(GroupResource resource, String name) {}

  void add(ResourceType type, JsonNode object) {
    keys.add(new Key(type.storage(), object.at("/metadata/name").asText()));
    resources.merge(type.plural() + '.' + type.group(), 1, Integer::sum);
    for (JsonNode each : object.at("/metadata/finalizers")) {
      finalizers.merge(each.asText(), 1, Integer::sum);
    }
  }

  /** Notes why an object is not deleted. */
  void failed(String why) {
    failures.add(why);
  }

  boolean isEmpty() {
    return keys.isEmpty();
  }

  Set<Key> keys() {
    return keys;
  }

  /** Sets the conditions of the namespace. */
  void tell(ObjectNode namespace, Instant now) {
    var conditions = new Told(namespace, now);
    // Both can't fail where the server asks itself.
    conditions.tell(
        "NamespaceDeletionDiscoveryFailure",
        "ResourcesDiscovered: All resources successfully discovered",
        "");
    conditions.tell(
        "NamespaceDeletionGroupVersionParsingFailure",
        "ParsedGroupVersions: All legacy kube types successfully parsed",
        "");
    conditions.tell(
        "NamespaceDeletionContentFailure",
        "ContentDeleted: All content successfully deleted, may be waiting on finalization",
        failures.isEmpty()
            ? ""
            : "ContentDeletionFailed: Failed to delete all resource types, %d remaining: %s"
                .formatted(failures.size(), String.join(", ", failures)));
    conditions.tell(
        "NamespaceContentRemaining",
        "ContentRemoved: All content successfully removed",
        counts(
            "SomeResourcesRemain: Some resources are remaining: ",
            resources,
            "%s has %d resource instances"));
    conditions.tell(
        "NamespaceFinalizersRemaining",
        "ContentHasNoFinalizers: All content-preserving finalizers finished",
        counts(
            "SomeFinalizersRemain: Some content in the namespace has finalizers remaining: ",
            finalizers,
            "%s in %d resource instances"));
  }

  private record Told(ObjectNode namespace, Instant now) {

    /**
     * @param well reason and message while nothing is wrong
     * @param wrong those of what is wrong, or empty
     */
    void tell(String type, String well, String wrong) {
      String[] told = (wrong.isEmpty() ? well : wrong).split(": ", 2);
      String status = wrong.isEmpty() ? "False" : "True";
      Conditions.set(namespace, type, status, told[0], told[1], now);
    }
  }

  private static String counts(String start, Map<String, Integer> counts, String each) {
    return counts.isEmpty()
        ? ""
        : counts.entrySet().stream()
            .map(entry -> each.formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", ", start, ""));
  }
}
