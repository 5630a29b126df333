package io.usher.webhook.declaration;

import io.usher.admission.Operation;
import io.usher.rule.Mutating;
import io.usher.rule.Scope;
import io.usher.rule.Validating;
import java.util.List;

/**
 * What a rule is for, as it is written: the attributes that both rule annotations have.
 *
 * @param operations at least one
 * @param resource {@code deployments.apps/scale}, empty to infer it from the object's type
 * @param subresources to add to the inferred resource
 * @param scope by where the object lives
 * @param namespaces globs, empty for all
 * @param names globs, empty for all
 * @param labels a selector in kubectl's syntax, empty for all
 */
public record MatchTerms(
    List<Operation> operations,
    List<String> resource,
    List<String> subresources,
    Scope scope,
    List<String> namespaces,
    List<String> names,
    String labels) {

  public MatchTerms {
    operations = List.copyOf(operations);
    resource = List.copyOf(resource);
    subresources = List.copyOf(subresources);
    namespaces = List.copyOf(namespaces);
    names = List.copyOf(names);
  }

  static MatchTerms of(Mutating rule) {
    return new MatchTerms(
        List.of(rule.operations()),
        List.of(rule.resource()),
        List.of(rule.subresources()),
        rule.scope(),
        List.of(rule.namespaces()),
        List.of(rule.names()),
        rule.labels());
  }

  static MatchTerms of(Validating rule) {
    return new MatchTerms(
        List.of(rule.operations()),
        List.of(rule.resource()),
        List.of(rule.subresources()),
        rule.scope(),
        List.of(rule.namespaces()),
        List.of(rule.names()),
        rule.labels());
  }
}
