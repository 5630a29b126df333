package io.usher.manifest;

import io.fabric8.kubernetes.api.model.admissionregistration.v1.RuleWithOperations;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.RuleWithOperationsBuilder;
import io.usher.admission.Operation;
import io.usher.rule.RuleDefinition;
import io.usher.rule.RuleMatch;
import io.usher.rule.Scope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a chain's rules are for, all together, in the fewest {@code rules} of a webhook
 * configuration that say no more than that.
 */
final class RulesWithOperations {

  /** A resource of one version, and where its objects live. */
  private record Target(String group, String version, String path, Scope scope) {
    static final Comparator<Target> ORDER =
        Comparator.comparing(Target::group)
            .thenComparing(Target::version)
            .thenComparing(Target::scope)
            .thenComparing(Target::path);
  }

  /** What resources must share to be listed together. */
  private record Group(String group, String version, Scope scope, Set<Operation> operations) {
    static final Comparator<Group> ORDER =
        Comparator.comparing(Group::group)
            .thenComparing(Group::version)
            .thenComparing(Group::scope)
            .thenComparing(group -> List.copyOf(group.operations()).toString());
  }

  private RulesWithOperations() {}

  /** In the order of group, version, scope. */
  static List<RuleWithOperations> of(List<RuleDefinition> rules) {
    var operations = new TreeMap<Target, EnumSet<Operation>>(Target.ORDER);
    rules.forEach(rule -> add(rule.match(), operations));
    var paths = new TreeMap<Group, List<String>>(Group.ORDER);
    operations.forEach(
        (target, done) -> {
          var group = new Group(target.group(), target.version(), target.scope(), done);
          paths.computeIfAbsent(group, g -> new ArrayList<>()).add(target.path());
        });
    return paths.entrySet().stream().map(e -> rule(e.getKey(), e.getValue())).toList();
  }

  private static void add(RuleMatch match, Map<Target, EnumSet<Operation>> operations) {
    for (var resource : match.resources()) {
      var target = new Target(resource.group(), resource.version(), resource.path(), match.scope());
      operations
          .computeIfAbsent(target, t -> EnumSet.noneOf(Operation.class))
          .addAll(match.operations());
    }
  }

  private static RuleWithOperations rule(Group group, List<String> paths) {
    return new RuleWithOperationsBuilder()
        .withApiGroups(group.group())
        .withApiVersions(group.version())
        .withOperations(group.operations().stream().map(Operation::name).toList())
        .withResources(paths.stream().filter(path -> !isCovered(path, paths)).toList())
        .withScope(group.scope().value())
        .build();
  }

  /**
   * Whether another path means this one, too. The API server refuses to have it said twice:
   * kubernetes, pkg/apis/admissionregistration/validation, {@code validateResources}.
   */
  private static boolean isCovered(String path, List<String> paths) {
    if (path.equals("*/*")) {
      return false;
    }
    int slash = path.indexOf('/');
    Stream<String> wider =
        slash < 0
            ? Stream.of("*", "*/*")
            : Stream.of(path.substring(0, slash) + "/*", "*" + path.substring(slash), "*/*");
    return wider.anyMatch(each -> !each.equals(path) && paths.contains(each));
  }
}
