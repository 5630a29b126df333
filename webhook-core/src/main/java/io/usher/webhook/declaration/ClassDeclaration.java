package io.usher.webhook.declaration;

import io.usher.admission.GroupVersionResource;
import io.usher.rule.LabelSelector;
import io.usher.rule.MatchCondition;
import io.usher.rule.Phase;
import io.usher.rule.RuleMatch;
import io.usher.rule.Webhook;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A class that passed the checks: what it states for its webhook, and its rules.
 *
 * @param source where it is declared, for messages: the class's name, and its jar
 * @param webhook the webhook's qualified name
 * @param statements what it states
 * @param reads what its rules read of the cluster
 * @param liveReads what its rules ask the API server itself
 * @param rules in no particular order
 * @param handlers in no particular order
 * @param doors rules that answer the questions of doors, in no particular order
 * @param conversions in no particular order
 */
public record ClassDeclaration(
    String source,
    String webhook,
    WebhookAttributes statements,
    List<ReadDeclaration> reads,
    List<LiveReadDeclaration> liveReads,
    List<RuleDeclaration> rules,
    List<HandlerDeclaration> handlers,
    List<DoorDeclaration> doors,
    List<ConversionDeclaration> conversions) {

  /** As the API server wants it of a path: each segment is a DNS subdomain. */
  private static final Pattern PATH =
      Pattern.compile("(?=.{1,253}$)(?:/|(?:/" + DnsName.SUBDOMAIN + ")+/?)");

  /** Answered by the server itself. */
  private static final Set<String> OWN_PATHS = Set.of("/livez", "/readyz", "/metrics");

  private static final Pattern CONDITION_NAME =
      Pattern.compile("(?:[a-z0-9.-]{1,253}/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");

  public ClassDeclaration {
    reads = List.copyOf(reads);
    liveReads = List.copyOf(liveReads);
    rules = List.copyOf(rules);
    handlers = List.copyOf(handlers);
    doors = List.copyOf(doors);
    conversions = List.copyOf(conversions);
  }

  /**
   * Checks a class; what is wrong is reported, and left out of the declaration.
   *
   * @param source names the class, and where it is from, in messages about several classes
   * @return empty when the class is no webhook's
   */
  public static Optional<ClassDeclaration> read(
      ClassDescription description, String source, Problems problems) {
    String name = description.simpleName();
    var rules = new ArrayList<RuleDeclaration>();
    var handlers = new ArrayList<HandlerDeclaration>();
    var doors = new ArrayList<DoorDeclaration>();
    var conversions = new ArrayList<ConversionDeclaration>();
    var methods = new TreeMap<String, MethodDescription>();
    for (MethodDescription method : description.methods()) {
      methods.put(method.signature(), method);
    }
    for (MethodDescription method : methods.values()) {
      String rule = name + "." + method.name() + ": ";
      Consumer<String> report = problem -> problems.report(method, rule + problem);
      if (description.webhook() == null) {
        report.accept(
            (method.handlers().isEmpty() ? "is a rule, but " : "is a handler, but ")
                + withoutWebhook(description));
      } else if (method.converting() != null) {
        ConversionChecks.check(method, report).ifPresent(conversions::add);
      } else if (!method.doors().isEmpty()) {
        DoorChecks.check(method, description.reads(), report).ifPresent(doors::add);
      } else if (!method.handlers().isEmpty()) {
        HandlerChecks.check(method, description.reads(), report).ifPresent(handlers::add);
      } else {
        RuleChecks.check(method, description.reads(), report).ifPresent(rules::add);
        RuleChecks.warnOfDelete(method, warning -> problems.warn(method, rule + warning));
      }
    }
    Webhook webhook = description.webhook();
    Consumer<String> report = problem -> problems.report(null, name + ": " + problem);
    if (webhook == null) {
      if (methods.isEmpty()) {
        report.accept("has neither @Webhook nor rules; pass classes that have");
      }
      return Optional.empty();
    }
    checkClass(description, report);
    checkName(webhook.name(), report);
    for (ParameterDescription parameter : description.constructorParameters()) {
      if (parameter.isLister()) {
        ReadChecks.listerProblem(parameter.element(), description.reads())
            .ifPresent(problem -> report.accept("its constructor " + problem));
      }
    }
    return Optional.of(
        new ClassDeclaration(
            source,
            webhook.name(),
            statements(webhook, report),
            ReadChecks.check(description.reads(), report),
            LiveReadChecks.check(description.liveReads(), report),
            rules,
            handlers,
            doors,
            conversions));
  }

  /** The methods of its rules, of its handlers, of its answers to doors and of its conversions. */
  public List<MethodDescription> methods() {
    return Stream.of(
            rules.stream().map(RuleDeclaration::method),
            handlers.stream().map(HandlerDeclaration::method),
            doors.stream().map(DoorDeclaration::method),
            conversions.stream().map(ConversionDeclaration::method))
        .flatMap(each -> each)
        .toList();
  }

  /** Checks a webhook's name. */
  public static void checkName(String webhook, Consumer<String> problems) {
    if (!DnsName.isQualified(webhook)) {
      problems.accept(
          "the webhook's name \""
              + webhook
              + "\" is not fully qualified; write three or more DNS labels,"
              + " \"labeler.example.com\"");
    }
  }

  private static String withoutWebhook(ClassDescription description) {
    String name = description.simpleName();
    return description.isAbstract()
        ? name
            + " is abstract and has no @Webhook, and rules are not inherited; move it to the class"
            + " that has @Webhook"
        : name + " has no @Webhook; write @Webhook(name = \"NAME.example.com\") above the class";
  }

  /**
   * Checks what a rule that is no method is for.
   *
   * @param initialize whether the Initializer asks it though it is not for UPDATE
   * @param view the type of its object
   * @param problems told what is wrong, without the rule's name
   */
  public static Optional<RuleMatch> checkMatch(
      Phase phase,
      MatchTerms terms,
      boolean initialize,
      TypeDescription view,
      Consumer<String> problems) {
    RuleChecks.deletionProblem(phase, terms).ifPresent(problems);
    if (initialize) {
      RuleChecks.initializeProblem(terms).ifPresent(problems);
    }
    if (!view.view()) {
      problems.accept(RuleChecks.notAView(view.name()));
      return Optional.empty();
    }
    return MatchChecks.check(terms, view, problems);
  }

  /**
   * Checks what a handler that is no method is for; empty when that is no resource.
   *
   * @param type of its objects
   * @param problems told what is wrong, without the handler's name
   */
  public static Optional<GroupVersionResource> checkHandler(
      HandlerTerms terms, TypeDescription type, Consumer<String> problems) {
    return HandlerChecks.check(terms, type, problems);
  }

  /**
   * Checks what a conversion is for that is no method.
   *
   * @param from the type of the object that it takes
   * @param to the type of the object that it gives
   * @param problems told what is wrong, without the conversion's name
   */
  public static Optional<ConversionDeclaration.Between> checkConversion(
      ConversionTerms terms, TypeDescription from, TypeDescription to, Consumer<String> problems) {
    return ConversionChecks.check(terms, from, to, problems);
  }

  /** Checks that conversions, whoever made them, lead from every version to every other. */
  public static void checkReach(
      Collection<ConversionDeclaration.Between> conversions, Consumer<String> problems) {
    ConversionChecks.checkReach(conversions, problems);
  }

  /** Checks what rules read that are no methods; what is wrong is reported, and left out. */
  public static List<ReadDeclaration> checkReads(
      List<ReadDescription> reads, Consumer<String> problems) {
    return ReadChecks.check(reads, problems);
  }

  /** Checks what rules ask live that are no methods; what is wrong is reported, and left out. */
  public static List<LiveReadDeclaration> checkLiveReads(
      List<LiveReadDescription> reads, Consumer<String> problems) {
    return LiveReadChecks.check(reads, problems);
  }

  /** Checks statements, whoever made them. */
  public static void checkStatements(WebhookAttributes statements, Consumer<String> problems) {
    statements
        .get(Attribute.TIMEOUT_SECONDS)
        .filter(seconds -> seconds < 1 || seconds > 30)
        .ifPresent(
            seconds ->
                problems.accept(
                    "timeoutSeconds = "
                        + seconds
                        + " is not from 1 to 30; write one of those, 5 or less if it will do"));
    for (var selector : List.of(Attribute.NAMESPACE_SELECTOR, Attribute.OBJECT_SELECTOR)) {
      try {
        LabelSelector.parse(statements.get(selector).orElse(""));
      } catch (IllegalArgumentException e) {
        problems.accept(MatchChecks.selectorProblem(selector.name(), e));
      }
    }
    for (Phase phase : Phase.values()) {
      var attribute = Attribute.path(phase);
      statements
          .get(attribute)
          .flatMap(ClassDeclaration::pathProblem)
          .ifPresent(problem -> problems.accept(attribute.name() + " " + problem));
    }
    statements
        .conditions()
        .forEach(
            (condition, expression) -> {
              if (!CONDITION_NAME.matcher(condition).matches()) {
                problems.accept(
                    "matchCondition \""
                        + condition
                        + "\" has no qualified name; write one, \"exclude-leases\"");
              }
              if (expression.isBlank()) {
                problems.accept(
                    "matchCondition \"" + condition + "\" has no expression; write one in CEL");
              }
            });
  }

  /** What is wrong with a path that is chosen for a webhook, after its name. */
  public static Optional<String> pathProblem(String path) {
    if (!PATH.matcher(path).matches()) {
      return Optional.of(
          "\""
              + path
              + "\" is no path that an API server calls; write segments of a-z, 0-9, - and .,"
              + " \"/mutate-pods\"");
    }
    return OWN_PATHS.contains(path)
        ? Optional.of("\"" + path + "\" is a path of the server's own; choose another")
        : Optional.empty();
  }

  private static void checkClass(ClassDescription description, Consumer<String> problems) {
    if (description.isAbstract()) {
      problems.accept("is abstract, so nobody can call its rules; make it a class that is not");
    } else if (description.isInner()) {
      problems.accept("is an inner class; make it static, or give it a file of its own");
    } else if (description.singleton() && !description.constructible()) {
      problems.accept(
          "is an object that makes its one instance itself; make it a class, in Kotlin too: the"
              + " server makes the instance");
    } else if (!description.constructible()) {
      problems.accept(
          "has no constructor without parameters that is not private; add "
              + description.simpleName().substring(description.simpleName().lastIndexOf('.') + 1)
              + "() {...}, or one that takes a record of its configuration, or Listers of what it"
              + " reads");
    }
    for (String inherited : description.inherited()) {
      problems.accept(
          "inherits the rule "
              + inherited
              + ", which is not called: a rule is a method of the class with @Webhook; override it"
              + " there with the annotation, and call super");
    }
    if (description.methods().isEmpty() && description.inherited().isEmpty()) {
      problems.accept(
          "has no rules and no handlers; annotate a method with @Mutating, @Validating,"
              + " @Converting or @Reconciling");
    }
  }

  private static WebhookAttributes statements(Webhook webhook, Consumer<String> problems) {
    var statements = new WebhookAttributes();
    var reader = new AttributeReader(statements, problems);
    reader.read(Attribute.ORDER, boxed(webhook.order()));
    reader.read(Attribute.MUTATING_FAILURE_POLICY, List.of(webhook.mutatingFailurePolicy()));
    reader.read(Attribute.VALIDATING_FAILURE_POLICY, List.of(webhook.validatingFailurePolicy()));
    reader.read(Attribute.ON_MUTATING_RULE_FAILURE, List.of(webhook.onMutatingRuleFailure()));
    reader.read(Attribute.TIMEOUT_SECONDS, boxed(webhook.timeoutSeconds()));
    reader.read(Attribute.MATCH_POLICY, List.of(webhook.matchPolicy()));
    reader.read(Attribute.SIDE_EFFECTS, List.of(webhook.sideEffects()));
    reader.read(Attribute.REINVOCATION_POLICY, List.of(webhook.reinvocationPolicy()));
    reader.read(Attribute.NAMESPACE_SELECTOR, stated(webhook.namespaceSelector()));
    reader.read(Attribute.OBJECT_SELECTOR, stated(webhook.objectSelector()));
    reader.read(Attribute.MUTATING_PATH, stated(webhook.mutatingPath()));
    reader.read(Attribute.VALIDATING_PATH, stated(webhook.validatingPath()));
    for (MatchCondition condition : webhook.matchConditions()) {
      if (statements.conditions().containsKey(condition.name())) {
        problems.accept(
            "two matchConditions are named \""
                + condition.name()
                + "\"; give each a name of its own");
      }
      statements.state(condition.name(), condition.expression());
    }
    checkStatements(statements, problems);
    return statements;
  }

  private static List<Integer> boxed(int[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  private static List<String> stated(String text) {
    return text.isEmpty() ? List.of() : List.of(text);
  }

  /** Reads attributes that are arrays so that they can be left out. */
  private record AttributeReader(WebhookAttributes statements, Consumer<String> problems) {

    <T> void read(Attribute<T> attribute, List<T> values) {
      if (values.size() > 1) {
        problems.accept(RuleChecks.twoValues(attribute.name(), values));
      }
      if (!values.isEmpty()) {
        statements.state(attribute, values.get(0));
      }
    }
  }
}
