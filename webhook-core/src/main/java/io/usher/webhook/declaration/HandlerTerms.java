package io.usher.webhook.declaration;

import io.usher.rule.OnAdded;
import io.usher.rule.OnDeleted;
import io.usher.rule.OnUpdated;
import io.usher.rule.Reconciling;
import io.usher.rule.Scope;
import io.usher.rule.Trigger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a handler is for, as it is written.
 *
 * @param trigger when it is called
 * @param type of the objects, null where the parameter tells it
 * @param resource {@code crontabs.v1.stable.example.com}, empty to infer it from the objects' type
 * @param namespaces globs, empty for all
 * @param names globs, empty for all
 * @param labels a selector in kubectl's syntax, empty for all
 * @param timeoutSeconds how long a call may take
 */
public record HandlerTerms(
    Trigger trigger,
    @Nullable TypeDescription type,
    String resource,
    List<String> namespaces,
    List<String> names,
    String labels,
    int timeoutSeconds) {

  public HandlerTerms {
    namespaces = List.copyOf(namespaces);
    names = List.copyOf(names);
  }

  /**
   * All that a method is annotated with.
   *
   * @param type describes what {@link Reconciling#value()} names
   */
  public static List<HandlerTerms> of(
      @Nullable OnAdded added,
      @Nullable OnUpdated updated,
      @Nullable OnDeleted deleted,
      @Nullable Reconciling reconciling,
      Function<Reconciling, TypeDescription> type) {
    var all = new ArrayList<HandlerTerms>();
    if (added != null) {
      all.add(
          new HandlerTerms(
              Trigger.ADDED,
              null,
              added.resource(),
              List.of(added.namespaces()),
              List.of(added.names()),
              added.labels(),
              added.timeoutSeconds()));
    }
    if (updated != null) {
      all.add(
          new HandlerTerms(
              Trigger.UPDATED,
              null,
              updated.resource(),
              List.of(updated.namespaces()),
              List.of(updated.names()),
              updated.labels(),
              updated.timeoutSeconds()));
    }
    if (deleted != null) {
      all.add(
          new HandlerTerms(
              Trigger.DELETED,
              null,
              deleted.resource(),
              List.of(deleted.namespaces()),
              List.of(deleted.names()),
              deleted.labels(),
              deleted.timeoutSeconds()));
    }
    if (reconciling != null) {
      TypeDescription named = type.apply(reconciling);
      all.add(
          new HandlerTerms(
              Trigger.CHANGED,
              named.untyped() ? null : named,
              reconciling.resource(),
              List.of(reconciling.namespaces()),
              List.of(reconciling.names()),
              reconciling.labels(),
              reconciling.timeoutSeconds()));
    }
    return all;
  }

  /** Of the objects, as a rule's terms would be. */
  MatchTerms match() {
    return new MatchTerms(
        List.of(),
        resource.isEmpty() ? List.of() : List.of(resource),
        List.of(),
        Scope.ANY,
        namespaces,
        names,
        labels);
  }
}
