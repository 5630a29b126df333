package io.usher.webhook.declaration;

import io.usher.admission.GroupVersionResource;
import io.usher.cluster.LiveRead;
import io.usher.rule.ResourceMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Checks what a class asks the API server itself. */
final class LiveReadChecks {

  private static final int MOST_CACHE_SECONDS = 3600;

  private static final Set<String> PROXIED = Set.of("nodes", "pods", "services");

  private LiveReadChecks() {}

  /** Checks the declared live reads; what is wrong is reported, and left out. */
  static List<LiveReadDeclaration> check(
      List<LiveReadDescription> reads, Consumer<String> problems) {
    var declared = new ArrayList<LiveReadDeclaration>();
    for (LiveReadDescription read : reads) {
      String label = ReadChecks.label(read.type(), read.resource());
      Consumer<String> report =
          problem -> problems.accept("@ReadsLive of " + label + ": " + problem);
      check(read, report)
          .ifPresent(
              found -> {
                if (declared.stream().anyMatch(other -> isSame(other, found))) {
                  report.accept("it stands there twice; leave one out");
                }
                declared.add(found);
              });
    }
    return declared;
  }

  private static boolean isSame(LiveReadDeclaration one, LiveReadDeclaration other) {
    return one.resource().equals(other.resource()) && one.subresource().equals(other.subresource());
  }

  private static Optional<LiveReadDeclaration> check(
      LiveReadDescription read, Consumer<String> problems) {
    if (!ReadChecks.isOfObjects(read.type())) {
      problems.accept(ReadChecks.notOfObjects(read.type()));
      return Optional.empty();
    }
    if (read.cacheSeconds() < 0 || read.cacheSeconds() > MOST_CACHE_SECONDS) {
      problems.accept(
          "cacheSeconds = " + read.cacheSeconds() + " is not from 0 to 3600; write one of those");
    }
    try {
      ResourceMatch match = ReadChecks.match(read.type(), read.resource());
      if (match.subresource().isEmpty() && !match.resource().equals(ResourceName.ANY)) {
        return Optional.of(new LiveReadDeclaration(read, ReadChecks.kept(match), ""));
      }
      checkProxy(read, match, problems);
      return Optional.of(
          new LiveReadDeclaration(
              read,
              new GroupVersionResource(match.group(), match.version(), match.resource()),
              match.subresource()));
    } catch (IllegalArgumentException e) {
      problems.accept(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static void checkProxy(
      LiveReadDescription read, ResourceMatch match, Consumer<String> problems) {
    if (!match.subresource().equals(LiveRead.PROXY)
        || !match.group().isEmpty()
        || !PROXIED.contains(match.resource())) {
      problems.accept(
          "it is not one resource that can be read; name one without a subresource, or"
              + " \"nodes/proxy\", \"pods/proxy\" or \"services/proxy\"");
    } else if (read.list()) {
      problems.accept("a proxy lists nothing; leave list = true out");
    }
  }
}
