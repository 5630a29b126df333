package io.usher.webhook.declaration;

import io.usher.cluster.FieldPath;
import io.usher.conversion.GroupKind;
import io.usher.conversion.VersionGraph;
import io.usher.rule.ConversionContext;
import io.usher.webhook.declaration.ConversionDeclaration.Argument;
import io.usher.webhook.declaration.ConversionDeclaration.Between;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks one conversion; every problem is reported, and a conversion with none is declared. */
final class ConversionChecks {

  private static final Pattern KIND = Pattern.compile("[A-Za-z][A-Za-z0-9]{0,62}");

  private final Consumer<String> problems;
  private boolean failed;

  private ConversionChecks(Consumer<String> problems) {
    this.problems = problems;
  }

  /**
   * Checks a method.
   *
   * @param problems told what is wrong, without the method's name
   */
  static Optional<ConversionDeclaration> check(
      MethodDescription method, Consumer<String> problems) {
    if (method.mutating() != null || method.validating() != null || !method.handlers().isEmpty()) {
      problems.accept("is @Converting and something else; make it two methods");
      return Optional.empty();
    }
    return new ConversionChecks(problems).method(method);
  }

  /**
   * Checks what a conversion is for.
   *
   * @param from the type of the object that it takes
   * @param to the type of the object that it gives
   * @param problems told what is wrong, without the conversion's name
   */
  static Optional<Between> check(
      ConversionTerms terms, TypeDescription from, TypeDescription to, Consumer<String> problems) {
    return new ConversionChecks(problems).between(terms, from, to);
  }

  /** Checks that every version of each kind reaches every other, by what all of these do. */
  static void checkReach(Collection<Between> all, Consumer<String> problems) {
    var steps = new LinkedHashMap<GroupKind, List<VersionGraph.Step<Between>>>();
    for (Between each : all) {
      steps
          .computeIfAbsent(each.kind(), kind -> new ArrayList<>())
          .add(new VersionGraph.Step<>(each.from(), each.to(), each));
    }
    steps.forEach(
        (kind, ofKind) ->
            new VersionGraph<>(ofKind)
                .problems()
                .forEach(problem -> problems.accept(kind + ": " + problem)));
  }

  private Optional<ConversionDeclaration> method(MethodDescription method) {
    RuleChecks.checkModifiers(method, this::report);
    List<Argument> arguments = new ArrayList<>();
    TypeDescription object = null;
    for (ParameterDescription parameter : method.parameters()) {
      TypeDescription type = parameter.type();
      if (type.is(ConversionContext.class)) {
        arguments.add(Argument.CONTEXT);
      } else if (type.view() && object == null) {
        arguments.add(Argument.OBJECT);
        object = type;
      } else {
        report(
            type.view()
                ? "takes two objects; take the one to convert, and return the other"
                : type.name()
                    + " is nothing to convert; take a CustomResource with @Group and @Version, or"
                    + " ObjectNode, and beside it ConversionContext");
        return Optional.empty();
      }
    }
    if (object == null) {
      report("takes no object; take the one to convert");
      return Optional.empty();
    }
    boolean edits = method.returns().name().equals("void");
    TypeDescription result = edits ? object : method.returns();
    if (!result.view()) {
      report(
          "returns "
              + result.name()
              + "; return a CustomResource with @Group and @Version, ObjectNode, or nothing after"
              + " editing an ObjectNode");
      return Optional.empty();
    }
    if (edits && object.typed()) {
      report(
          "returns nothing, but "
              + object.simpleName()
              + " is of one version and can't become another; return the object in the other");
    }
    if (object.untyped() && result.typed()) {
      report(
          "takes "
              + object.simpleName()
              + " and returns "
              + result.simpleName()
              + ", which would lose what that class does not know; take the class of the other"
              + " version, or return ObjectNode");
    }
    ConversionTerms terms = ConversionTerms.of(Objects.requireNonNull(method.converting()));
    Optional<Between> between = between(terms, object, result);
    return failed
        ? Optional.empty()
        : between.map(each -> new ConversionDeclaration(method, each, arguments, edits));
  }

  private Optional<Between> between(
      ConversionTerms terms, TypeDescription fromType, TypeDescription toType) {
    String from = version("from", terms.from(), fromType);
    String to = version("to", terms.to(), toType);
    if (!from.isEmpty() && from.equals(to)) {
      report("converts " + from + " to itself; name two versions");
    }
    GroupKind kind = kind(terms.kind(), fromType, toType);
    var loses = new ArrayList<FieldPath>();
    for (String field : terms.loses()) {
      try {
        loses.add(FieldPath.parse(field));
      } catch (IllegalArgumentException e) {
        report("loses: " + e.getMessage());
      }
    }
    return failed || kind == null
        ? Optional.empty()
        : Optional.of(new Between(kind, from, to, loses));
  }

  private String version(String attribute, String stated, TypeDescription type) {
    String told = type.typed() ? String.valueOf(type.version()) : "";
    if (!told.isEmpty() && !stated.isEmpty() && !told.equals(stated)) {
      report(
          "%s is %s, but %s is of %s; leave %s out"
              .formatted(attribute, stated, type.simpleName(), told, attribute));
    }
    String version = told.isEmpty() ? stated : told;
    if (version.isEmpty()) {
      report(
          "does not tell the version that it converts "
              + attribute
              + "; write "
              + attribute
              + " = \"v1\"");
    } else if (!DnsName.isLabel1035(version)) {
      report(attribute + " \"" + version + "\" is no version; write a DNS label, \"v1beta1\"");
    }
    return version;
  }

  private @Nullable GroupKind kind(String stated, TypeDescription... types) {
    GroupKind kind = stated.isEmpty() ? null : GroupKind.parse(stated);
    for (TypeDescription type : types) {
      if (type.typed()) {
        var told = new GroupKind(String.valueOf(type.group()), type.kind());
        if (kind != null && !kind.equals(told)) {
          report(
              "is for %s and has to do with %s, which is %s; convert objects of one kind"
                  .formatted(kind, type.simpleName(), told));
        }
        kind = told;
      }
    }
    if (kind == null) {
      report("does not tell the kind; write kind = \"CronTab.stable.example.com\"");
    } else if (!KIND.matcher(kind.kind()).matches()
        || !DnsName.isSubdomain(kind.group())
        || !kind.group().contains(".")) {
      report(
          "kind \""
              + kind
              + "\" is no custom resource's; write the kind, a dot and the group,"
              + " \"CronTab.stable.example.com\"");
    }
    return kind;
  }

  private void report(String problem) {
    failed = true;
    problems.accept(problem);
  }
}
