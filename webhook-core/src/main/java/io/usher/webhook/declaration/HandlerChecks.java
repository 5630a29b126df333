package io.usher.webhook.declaration;

import io.usher.admission.AdmissionRequest;
import io.usher.admission.GroupVersionResource;
import io.usher.cluster.ClusterReader;
import io.usher.cluster.OnStale;
import io.usher.rule.HandlerContext;
import io.usher.rule.HandlerDefinition.Write;
import io.usher.rule.LabelSelector;
import io.usher.rule.Outcome;
import io.usher.rule.RuleContext;
import io.usher.rule.Trigger;
import io.usher.webhook.declaration.HandlerDeclaration.Argument;
import io.usher.webhook.declaration.HandlerDeclaration.Result;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Checks one handler; every problem is reported, and a handler with none is declared. */
final class HandlerChecks {

  private static final int MAX_TIMEOUT_SECONDS = 600;

  /** What each type of outcome may need; the other types need nothing. */
  private static final Map<String, Set<Write>> WRITES =
      Map.of(
          Outcome.class.getCanonicalName(), Set.of(Write.PATCH, Write.EVENT),
          Outcome.Several.class.getCanonicalName(), Set.of(Write.PATCH, Write.EVENT),
          Outcome.Desired.class.getCanonicalName(), Set.of(Write.PATCH),
          Outcome.Event.class.getCanonicalName(), Set.of(Write.EVENT),
          Outcome.Done.class.getCanonicalName(), Set.of(),
          Outcome.Again.class.getCanonicalName(), Set.of());

  private final MethodDescription method;
  private final HandlerTerms terms;
  private final Consumer<String> problems;
  private boolean failed;

  private HandlerChecks(MethodDescription method, HandlerTerms terms, Consumer<String> problems) {
    this.method = method;
    this.terms = terms;
    this.problems = problems;
  }

  /**
   * Checks a method.
   *
   * @param reads what its class reads of the cluster
   * @param problems told what is wrong, without the handler's name
   */
  static Optional<HandlerDeclaration> check(
      MethodDescription method, List<ReadDescription> reads, Consumer<String> problems) {
    if (method.mutating() != null || method.validating() != null) {
      problems.accept("is both a rule and a handler; make it two methods");
      return Optional.empty();
    }
    if (method.handlers().size() > 1) {
      problems.accept(
          "is %s; make it two methods, or one that is @Reconciling, which learns of every change"
              .formatted(
                  String.join(
                      " and ",
                      method.handlers().stream()
                          .map(each -> annotation(each.trigger()))
                          .toList())));
      return Optional.empty();
    }
    return new HandlerChecks(method, method.handlers().get(0), problems).method(reads);
  }

  /**
   * Checks what a handler that is no method is for.
   *
   * @param type of its objects
   * @param problems told what is wrong, without the handler's name
   */
  static Optional<GroupVersionResource> check(
      HandlerTerms terms, TypeDescription type, Consumer<String> problems) {
    checkTimeout(terms, problems);
    MatchChecks.checkFilters(terms.match(), problems);
    if (!type.view()) {
      problems.accept(RuleChecks.notAView(type.name()));
      return Optional.empty();
    }
    return resource(terms, type, problems);
  }

  private static void checkTimeout(HandlerTerms terms, Consumer<String> problems) {
    if (terms.timeoutSeconds() < 1 || terms.timeoutSeconds() > MAX_TIMEOUT_SECONDS) {
      problems.accept(
          "timeoutSeconds = %d is not from 1 to %d; write one of those, 10 if it will do"
              .formatted(terms.timeoutSeconds(), MAX_TIMEOUT_SECONDS));
    }
  }

  private Optional<HandlerDeclaration> method(List<ReadDescription> reads) {
    RuleChecks.checkModifiers(method, this::report);
    checkTimeout(terms, this::report);
    List<Argument> arguments = new ArrayList<>();
    List<TypeDescription> objects = new ArrayList<>();
    for (int i = 0; i < method.parameters().size(); i++) {
      argument(i, arguments, objects);
    }
    TypeDescription view = view(objects);
    // A type that can't be says nothing of the resource: that problem alone is told.
    if (arguments.size() < method.parameters().size() || (view != null && !view.view())) {
      return Optional.empty();
    }
    checkCounts(arguments);
    LabelSelector labels = MatchChecks.checkFilters(terms.match(), this::report);
    Optional<GroupVersionResource> resource = resource(terms, view, this::report);
    if (resource.isEmpty()) {
      return Optional.empty();
    }
    checkListers(view, reads);
    Result result = result(view);
    return failed
        ? Optional.empty()
        : Optional.of(
            new HandlerDeclaration(
                method, terms, resource.get(), labels, arguments, result, writes(result)));
  }

  private void argument(int index, List<Argument> arguments, List<TypeDescription> objects) {
    ParameterDescription parameter = method.parameters().get(index);
    TypeDescription type = parameter.type();
    if (type.is(Optional.class)) {
      TypeDescription element = parameter.element();
      if (terms.trigger() != Trigger.CHANGED) {
        report("takes an Optional, but its object is always there; take the object itself");
      } else if (element == null || !element.view()) {
        report("takes an Optional of no object; write its type, Optional<Pod>");
      } else {
        arguments.add(Argument.OPTIONAL_OBJECT);
        objects.add(element);
      }
    } else if (type.view()) {
      if (parameter.old() && terms.trigger() != Trigger.UPDATED) {
        report("there is no old object but for @OnUpdated; leave the parameter out");
      }
      arguments.add(parameter.old() ? Argument.OLD_OBJECT : Argument.OBJECT);
      objects.add(type);
    } else if (type.is(HandlerContext.class)) {
      arguments.add(Argument.CONTEXT);
    } else if (type.is(ClusterReader.class)) {
      arguments.add(Argument.CLUSTER);
    } else if (parameter.isLister()) {
      arguments.add(Argument.LISTER);
    } else if (type.is(AdmissionRequest.class) || type.is(RuleContext.class)) {
      report(
          "takes "
              + type.simpleName()
              + ", but a handler has no request; take HandlerContext, which names the object");
    } else {
      report(
          "parameter %d: %s is no resource; take a fabric8 model such as Pod, a CustomResource, GenericKubernetesResource or ObjectNode, and beside it HandlerContext or a Lister of what the class reads"
              .formatted(index + 1, type.name()));
    }
  }

  private void checkCounts(List<Argument> arguments) {
    long old = arguments.stream().filter(each -> each == Argument.OLD_OBJECT).count();
    long objects =
        arguments.stream()
            .filter(each -> each == Argument.OBJECT || each == Argument.OPTIONAL_OBJECT)
            .count();
    if (objects > 1 || old > 1) {
      report(
          "takes several objects; take one"
              + (terms.trigger() == Trigger.UPDATED ? ", and one that is marked @OldObject" : ""));
    }
  }

  /** The type that tells the resource; null where none does. */
  private @Nullable TypeDescription view(List<TypeDescription> objects) {
    TypeDescription typed = terms.type();
    if (typed != null && !typed.typed()) {
      report(
          typed.name()
              + " is no type of objects; write a fabric8 model such as Pod, a CustomResource, or"
              + " resource = \"...\" alone");
    }
    TypeDescription view = typed;
    for (TypeDescription object : objects) {
      if (object.typed() && typed != null && !object.name().equals(typed.name())) {
        report(
            "is for %s and takes %s; both are the same object, write the same type"
                .formatted(typed.simpleName(), object.simpleName()));
      }
      if (object.typed() && typed == null) {
        typed = object;
      }
      view = typed != null ? typed : object;
    }
    return view;
  }

  private static Optional<GroupVersionResource> resource(
      HandlerTerms terms, @Nullable TypeDescription view, Consumer<String> problems) {
    try {
      return Optional.of(ReadChecks.resource(terms.match(), view));
    } catch (IllegalArgumentException e) {
      problems.accept(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** A handler may list what it is for. */
  private void checkListers(@Nullable TypeDescription view, List<ReadDescription> reads) {
    var all = new ArrayList<>(reads);
    if (view != null && reads.stream().noneMatch(read -> read.type().name().equals(view.name()))) {
      all.add(
          new ReadDescription(method, view, terms.resource(), List.of(), List.of(), OnStale.FAIL));
    }
    for (ParameterDescription parameter : method.parameters()) {
      if (parameter.isLister()) {
        ReadChecks.listerProblem(parameter.element(), all).ifPresent(this::report);
      }
    }
  }

  private Result result(@Nullable TypeDescription view) {
    TypeDescription type = method.returns();
    if (type.name().equals("void")) {
      return Result.NOTHING;
    }
    Set<Write> writes = WRITES.get(type.name());
    if (writes == null && !type.resource() && !type.untyped()) {
      report(
          "returns "
              + type.name()
              + "; return nothing, an Outcome"
              + (terms.trigger() == Trigger.DELETED ? "" : ", or the object as it is to be"));
    } else if (terms.trigger() == Trigger.DELETED
        && (writes == null || writes.equals(Set.of(Write.PATCH)))) {
      report(
          "returns "
              + type.simpleName()
              + ", but the object is gone and can't be changed; return nothing, or Outcome.Event");
    } else if (writes == null
        && type.typed()
        && view != null
        && view.typed()
        && !type.name().equals(view.name())) {
      report(
          "takes "
              + view.simpleName()
              + " and returns "
              + type.simpleName()
              + "; return the object's own type");
    }
    return writes == null ? Result.OBJECT : Result.OUTCOME;
  }

  private Set<Write> writes(Result result) {
    Set<Write> written =
        switch (result) {
          case NOTHING -> Set.of();
          case OBJECT -> Set.of(Write.PATCH);
          case OUTCOME -> WRITES.getOrDefault(method.returns().name(), Set.of());
        };
    var writes = EnumSet.noneOf(Write.class);
    writes.addAll(written);
    if (terms.trigger() == Trigger.DELETED) {
      writes.remove(Write.PATCH);
    }
    return writes;
  }

  private static String annotation(Trigger trigger) {
    return "@" + trigger.annotation().getSimpleName();
  }

  private void report(String problem) {
    failed = true;
    problems.accept(problem);
  }
}
