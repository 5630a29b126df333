package io.usher.manifest.lint;

import io.usher.cluster.FieldPath;
import io.usher.cluster.LiveRead;
import io.usher.cluster.Read;
import io.usher.manifest.lint.LintRule.Fault;
import io.usher.rule.Phase;
import io.usher.webhook.WebhookRegistration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What can be wrong with what rules read of the cluster; said once for each webhook. */
final class ReadLint {

  /** Of which clusters have many, or large ones. */
  private static final Set<String> BIG =
      Set.of(
          "configmaps",
          "endpointslices",
          "events",
          "jobs",
          "nodes",
          "pods",
          "replicasets",
          "secrets");

  private ReadLint() {}

  static List<String> nodesProxy(WebhookEntry entry) {
    return live(entry)
        .filter(read -> read.path().equals("nodes/proxy"))
        .map(read -> "its rules read nodes/proxy, so that the server's token may get it")
        .toList();
  }

  static List<String> readsSecrets(WebhookEntry entry) {
    return Stream.concat(
            views(entry).map(read -> read.resource().resource()), live(entry).map(LiveRead::path))
        .filter("secrets"::equals)
        .distinct()
        .map(secrets -> "the server's token may read every Secret of the cluster")
        .toList();
  }

  static List<String> readsWhole(WebhookEntry entry) {
    return views(entry)
        .filter(read -> read.fields().isEmpty() && BIG.contains(read.resource().resource()))
        .map(read -> "its view of " + read.resource().resource() + " keeps whole objects")
        .distinct()
        .toList();
  }

  /** Each webhook gets what the others declare beyond it. */
  static List<Fault> sharedViews(List<WebhookEntry> entries) {
    var faults = new ArrayList<Fault>();
    for (WebhookEntry entry : entries) {
      for (WebhookEntry other : entries) {
        if (!entry.name().equals(other.name())) {
          views(entry)
              .flatMap(own -> views(other).filter(read -> isMore(own, read)))
              .distinct()
              .forEach(read -> faults.add(new Fault(entry, shared(read, other))));
        }
      }
    }
    return faults;
  }

  private static boolean isMore(Read own, Read other) {
    return own.resource().equals(other.resource())
        && !own.fields().isEmpty()
        && (other.fields().isEmpty() || !new HashSet<>(own.fields()).containsAll(other.fields()));
  }

  private static String shared(Read read, WebhookEntry other) {
    return "its rules can read of %s what %s declares: %s"
        .formatted(
            read.resource().resource(),
            other.name(),
            read.fields().isEmpty()
                ? "everything"
                : read.fields().stream()
                    .map(FieldPath::members)
                    .map(members -> String.join(".", members))
                    .collect(Collectors.joining(", ")));
  }

  private static Stream<Read> views(WebhookEntry entry) {
    return first(entry)
        .flatMap(
            webhook -> Stream.concat(webhook.reads().stream(), webhook.handlerReads().stream()));
  }

  private static Stream<LiveRead> live(WebhookEntry entry) {
    return first(entry).flatMap(webhook -> webhook.liveReads().stream());
  }

  /** The webhook that this entry registers, unless an entry of the other phase stands for it. */
  private static Stream<WebhookRegistration> first(WebhookEntry entry) {
    return entry.registration().stream()
        .filter(webhook -> entry.isMutating() || !webhook.has(Phase.MUTATING));
  }
}
