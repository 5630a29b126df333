package io.usher.webhook.declaration;

import io.usher.admission.AdmissionRequest;
import io.usher.admission.Operation;
import io.usher.cluster.ClusterReader;
import io.usher.patch.JsonPatch;
import io.usher.rule.Decision;
import io.usher.rule.Mutating;
import io.usher.rule.OnFailure;
import io.usher.rule.Phase;
import io.usher.rule.RuleContext;
import io.usher.rule.RuleMatch;
import io.usher.rule.Validating;
import io.usher.webhook.declaration.RuleDeclaration.Argument;
import io.usher.webhook.declaration.RuleDeclaration.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Checks one rule; every problem is reported, and a rule with none is declared. */
final class RuleChecks {

  private final List<ReadDescription> reads;
  private final Consumer<String> problems;
  private boolean failed;

  private RuleChecks(List<ReadDescription> reads, Consumer<String> problems) {
    this.reads = reads;
    this.problems = problems;
  }

  /**
   * Checks a method.
   *
   * @param reads what its class reads of the cluster
   * @param problems told what is wrong, without the rule's name
   */
  static Optional<RuleDeclaration> check(
      MethodDescription method, List<ReadDescription> reads, Consumer<String> problems) {
    return new RuleChecks(reads, problems).method(method);
  }

  private Optional<RuleDeclaration> method(MethodDescription method) {
    if (method.mutating() != null && method.validating() != null) {
      report("is both @Mutating and @Validating; make it two methods");
      return Optional.empty();
    }
    checkModifiers(method, this::report);
    Mutating mutating = method.mutating();
    Phase phase = mutating != null ? Phase.MUTATING : Phase.VALIDATING;
    MatchTerms terms;
    int order;
    boolean selfReviews;
    boolean initialize = mutating != null && mutating.initialize();
    if (mutating != null) {
      terms = MatchTerms.of(mutating);
      order = mutating.order();
      selfReviews = mutating.selfReviews();
    } else {
      Validating validating = Objects.requireNonNull(method.validating());
      terms = MatchTerms.of(validating);
      order = validating.order();
      selfReviews = validating.selfReviews();
    }
    deletionProblem(phase, terms).ifPresent(this::report);
    if (initialize) {
      initializeProblem(terms).ifPresent(this::report);
    }
    List<Argument> arguments = arguments(method.parameters());
    TypeDescription object = type(method, arguments, Argument.OBJECT);
    TypeDescription old = type(method, arguments, Argument.OLD_OBJECT);
    checkOld(object, old, Set.copyOf(terms.operations()));
    TypeDescription view = object != null ? object : old;
    Result result = result(method.returns(), phase, view);
    OnFailure onFailure =
        mutating == null ? null : atMostOne("onFailure", List.of(mutating.onFailure()));
    // A parameter that is no object says nothing of the resource: that problem alone is told.
    Optional<RuleMatch> match =
        arguments.size() == method.parameters().size()
            ? MatchChecks.check(terms, view, this::report)
            : Optional.empty();
    if (failed) {
      return Optional.empty();
    }
    return match.map(
        m ->
            new RuleDeclaration(
                method, phase, order, m, onFailure, selfReviews, initialize, arguments, result));
  }

  static void checkModifiers(MethodDescription method, Consumer<String> problems) {
    if (method.isPrivate()) {
      problems.accept("is private; leave the modifier out");
    }
    if (method.isStatic()) {
      problems.accept("is static; leave the modifier out");
    }
  }

  /** What is wrong with a mutator that is for DELETE alone. */
  static Optional<String> deletionProblem(Phase phase, MatchTerms terms) {
    return phase == Phase.MUTATING
            && Set.of(Operation.DELETE).equals(Set.copyOf(terms.operations()))
        ? Optional.of("is @Mutating on DELETE, where nothing can change; make it @Validating")
        : Optional.empty();
  }

  /** What is wrong with a mutator that is to be asked for objects that exist. */
  static Optional<String> initializeProblem(MatchTerms terms) {
    List<Operation> operations = terms.operations();
    if (operations.contains(Operation.UPDATE)) {
      return Optional.of(
          "has initialize = true and is for UPDATE, where the Initializer asks it anyway; leave"
              + " initialize out");
    }
    return operations.contains(Operation.CREATE)
        ? Optional.empty()
        : Optional.of(
            "has initialize = true and is not for CREATE; leave initialize out, as objects that"
                + " exist were created");
  }

  /** Warns of a mutator that is for DELETE, too; one that only looks at requests is none. */
  static void warnOfDelete(MethodDescription method, Consumer<String> warnings) {
    Mutating mutating = method.mutating();
    if (mutating == null || onlyLooks(method)) {
      return;
    }
    List<Operation> operations = List.of(mutating.operations());
    if (operations.contains(Operation.DELETE) && operations.size() > 1) {
      warnings.accept(
          "is @Mutating on DELETE, too, where its edits count for nothing; leave DELETE out, or"
              + " check it in a @Validating method");
    }
  }

  private static boolean onlyLooks(MethodDescription method) {
    return method.returns().name().equals("void")
        && method.parameters().stream()
            .map(ParameterDescription::type)
            .allMatch(type -> type.is(AdmissionRequest.class) || type.is(RuleContext.class));
  }

  private List<Argument> arguments(List<ParameterDescription> parameters) {
    var arguments = new ArrayList<Argument>();
    for (int i = 0; i < parameters.size(); i++) {
      TypeDescription type = parameters.get(i).type();
      boolean old = parameters.get(i).old();
      if (type.view()) {
        arguments.add(old ? Argument.OLD_OBJECT : Argument.OBJECT);
      } else if (old) {
        report("parameter " + (i + 1) + " is @OldObject, but " + notAView(type.name()));
      } else if (type.is(AdmissionRequest.class)) {
        arguments.add(Argument.REQUEST);
      } else if (type.is(RuleContext.class)) {
        arguments.add(Argument.CONTEXT);
      } else if (type.is(ClusterReader.class)) {
        arguments.add(Argument.CLUSTER);
      } else if (parameters.get(i).isLister()) {
        arguments.add(Argument.LISTER);
        ReadChecks.listerProblem(parameters.get(i).element(), reads).ifPresent(this::report);
      } else if (type.customResource()) {
        report(
            type.simpleName()
                + " lacks @Group or @Version, or is abstract; annotate the class with both, and take"
                + " one that can be instantiated");
      } else {
        report("parameter " + (i + 1) + ": " + notAView(type.name()));
      }
    }
    checkAtMostOne(parameters, arguments, Argument.OBJECT, "mark the one before it @OldObject");
    checkAtMostOne(parameters, arguments, Argument.OLD_OBJECT, "mark one of them @OldObject");
    return arguments;
  }

  static String notAView(String type) {
    return type
        + " is no resource; take a fabric8 model such as Pod, a CustomResource,"
        + " GenericKubernetesResource or ObjectNode, and beside it AdmissionRequest, RuleContext or"
        + " a Lister of what the class reads";
  }

  private void checkAtMostOne(
      List<ParameterDescription> parameters,
      List<Argument> arguments,
      Argument argument,
      String instead) {
    if (arguments.size() < parameters.size()) {
      return;
    }
    var types = new ArrayList<String>();
    for (int i = 0; i < arguments.size(); i++) {
      if (arguments.get(i) == argument) {
        types.add(parameters.get(i).type().simpleName());
      }
    }
    if (types.size() > 1) {
      report(
          "takes "
              + types.size()
              + (argument == Argument.OBJECT ? " objects, " : " old objects, ")
              + String.join(" and ", types)
              + "; take one, or "
              + instead);
    }
  }

  private static @Nullable TypeDescription type(
      MethodDescription method, List<Argument> arguments, Argument argument) {
    int index = arguments.indexOf(argument);
    return index < 0 || arguments.size() < method.parameters().size()
        ? null
        : method.parameters().get(index).type();
  }

  private void checkOld(
      @Nullable TypeDescription object, @Nullable TypeDescription old, Set<Operation> operations) {
    if (old == null) {
      return;
    }
    if (object != null && object.typed() && old.typed() && !object.name().equals(old.name())) {
      report(
          "takes "
              + object.simpleName()
              + " and an old "
              + old.simpleName()
              + "; both are the same object, take the same type");
    }
    if (operations.equals(Set.of(Operation.DELETE))) {
      report("on DELETE the object is the old one; leave @OldObject out");
    } else if (!operations.isEmpty()
        && !operations.contains(Operation.UPDATE)
        && !operations.contains(Operation.DELETE)) {
      report("there is no old object on " + names(operations) + "; leave the parameter out");
    }
  }

  private Result result(TypeDescription type, Phase phase, @Nullable TypeDescription view) {
    if (type.name().equals("void")) {
      return Result.NOTHING;
    }
    if (type.name().equals(Decision.class.getName())
        || type.name().startsWith(Decision.class.getName() + ".")) {
      return Result.DECISION;
    }
    boolean patch = type.is(JsonPatch.class);
    if (!patch && !type.resource() && !type.untyped()) {
      report(
          "returns "
              + type.name()
              + "; return "
              + (phase == Phase.MUTATING
                  ? "nothing, a Decision, the new object or a JsonPatch"
                  : "a Decision, or nothing"));
    } else if (phase == Phase.VALIDATING) {
      report(
          "validates and returns "
              + type.simpleName()
              + ", but can't change the object; return a Decision, or make it @Mutating");
    } else if (type.typed() && view != null && view.typed() && !type.name().equals(view.name())) {
      report(
          "takes "
              + view.simpleName()
              + " and returns "
              + type.simpleName()
              + "; return the object's own type");
    }
    return patch ? Result.JSON_PATCH : Result.OBJECT;
  }

  private <T> @Nullable T atMostOne(String attribute, List<T> values) {
    if (values.size() > 1) {
      report(twoValues(attribute, values));
    }
    return values.isEmpty() ? null : values.get(0);
  }

  static String twoValues(String attribute, List<?> values) {
    return attribute
        + " has "
        + values.size()
        + " values; write one, "
        + attribute
        + " = "
        + values.get(0);
  }

  private static String names(Set<Operation> operations) {
    return String.join(" or ", operations.stream().map(Operation::name).sorted().toList());
  }

  private void report(String problem) {
    failed = true;
    problems.accept(problem);
  }
}
