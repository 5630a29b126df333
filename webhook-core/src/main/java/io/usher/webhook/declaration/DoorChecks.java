package io.usher.webhook.declaration;

import io.usher.authentication.Authentication;
import io.usher.authentication.AuthenticationRequest;
import io.usher.authorization.Authorization;
import io.usher.authorization.AuthorizationRequest;
import io.usher.cluster.ClusterReader;
import io.usher.rule.CallContext;
import io.usher.rule.Door;
import io.usher.webhook.declaration.DoorDeclaration.Argument;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Checks one rule of a door; every problem is reported, and a rule with none is declared. */
final class DoorChecks {

  private final Door door;
  private final Consumer<String> problems;
  private boolean failed;

  private DoorChecks(Door door, Consumer<String> problems) {
    this.door = door;
    this.problems = problems;
  }

  /**
   * Checks a method.
   *
   * @param reads what its class reads of the cluster
   * @param problems told what is wrong, without the rule's name
   */
  static Optional<DoorDeclaration> check(
      MethodDescription method, List<ReadDescription> reads, Consumer<String> problems) {
    DoorTerms terms = method.doors().get(0);
    boolean admits = method.mutating() != null || method.validating() != null;
    if (method.doors().size() > 1 || admits || !method.handlers().isEmpty()) {
      problems.accept(
          "is @%s and something else; make it two methods"
              .formatted(terms.door().annotation().getSimpleName()));
      return Optional.empty();
    }
    return new DoorChecks(terms.door(), problems).method(method, terms, reads);
  }

  private Optional<DoorDeclaration> method(
      MethodDescription method, DoorTerms terms, List<ReadDescription> reads) {
    RuleChecks.checkModifiers(method, this::report);
    var arguments = new ArrayList<Argument>();
    for (int i = 0; i < method.parameters().size(); i++) {
      argument(i, method.parameters().get(i), reads, arguments);
    }
    long requests = arguments.stream().filter(each -> each == Argument.REQUEST).count();
    if (requests != 1 && arguments.size() == method.parameters().size()) {
      report(
          "takes %s %s; take one, which tells what is asked"
              .formatted(requests == 0 ? "no" : "more than one", request().getSimpleName()));
    }
    String returned = method.returns().name();
    if (!returned.equals(answer().getName()) && !returned.startsWith(answer().getName() + ".")) {
      report(
          "returns %s; return an %s".formatted(method.returns().name(), answer().getSimpleName()));
    }
    return failed ? Optional.empty() : Optional.of(new DoorDeclaration(method, terms, arguments));
  }

  private void argument(
      int index,
      ParameterDescription parameter,
      List<ReadDescription> reads,
      List<Argument> arguments) {
    TypeDescription type = parameter.type();
    if (type.is(request())) {
      arguments.add(Argument.REQUEST);
    } else if (type.is(CallContext.class)) {
      arguments.add(Argument.CONTEXT);
    } else if (type.is(ClusterReader.class)) {
      arguments.add(Argument.CLUSTER);
    } else if (parameter.isLister()) {
      arguments.add(Argument.LISTER);
      ReadChecks.listerProblem(parameter.element(), reads).ifPresent(this::report);
    } else {
      report(
          "parameter %d: %s is nothing that an @%s method takes; take %s, and beside it CallContext or a Lister of what the class reads"
              .formatted(
                  index + 1,
                  type.name(),
                  door.annotation().getSimpleName(),
                  request().getSimpleName()));
    }
  }

  private Class<?> request() {
    return switch (door) {
      case AUTHENTICATION -> AuthenticationRequest.class;
      case AUTHORIZATION -> AuthorizationRequest.class;
    };
  }

  private Class<?> answer() {
    return switch (door) {
      case AUTHENTICATION -> Authentication.class;
      case AUTHORIZATION -> Authorization.class;
    };
  }

  private void report(String problem) {
    failed = true;
    problems.accept(problem);
  }
}
