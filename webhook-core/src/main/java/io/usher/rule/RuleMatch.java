package io.usher.rule;

import io.usher.admission.AdmissionRequest;
import io.usher.admission.Operation;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a rule is for. The operations and resources become registration too; the rest is matched in
 * code alone.
 *
 * @param operations at least one
 * @param resources at least one
 * @param scope by where the object lives
 * @param namespaces globs, {@code team-*}; empty for all
 * @param names globs; empty for all
 * @param labels over the object (the old one on DELETE)
 */
public record RuleMatch(
    Set<Operation> operations,
    List<ResourceMatch> resources,
    Scope scope,
    List<String> namespaces,
    List<String> names,
    LabelSelector labels) {

  public RuleMatch {
    if (operations.isEmpty() || resources.isEmpty()) {
      throw new IllegalArgumentException("a rule is for at least one operation and one resource");
    }
    operations = Collections.unmodifiableSet(EnumSet.copyOf(operations));
    resources = List.copyOf(resources);
    namespaces = List.copyOf(namespaces);
    names = List.copyOf(names);
  }

  /** The same on this operation alone. */
  public RuleMatch on(Operation operation) {
    return new RuleMatch(Set.of(operation), resources, scope, namespaces, names, labels);
  }

  /**
   * Whether an API server calls for this request, as far as operations, resources and scope tell.
   */
  public boolean isRegisteredFor(AdmissionRequest request) {
    if (!operations.contains(request.operation())) {
      return false;
    }
    for (ResourceMatch resource : resources) {
      if (resource.matches(request)) {
        return scope.includes(request);
      }
    }
    return false;
  }
}
