package io.usher.webhook;

import io.usher.authentication.Authentication;
import io.usher.authentication.AuthenticationRequest;
import io.usher.authorization.Authorization;
import io.usher.authorization.AuthorizationRequest;
import io.usher.cluster.LiveRead;
import io.usher.cluster.Read;
import io.usher.rule.ConversionDefinition;
import io.usher.rule.Door;
import io.usher.rule.FailurePolicy;
import io.usher.rule.HandlerDefinition;
import io.usher.rule.LabelSelector;
import io.usher.rule.MatchPolicy;
import io.usher.rule.Phase;
import io.usher.rule.ReinvocationPolicy;
import io.usher.rule.ReviewRuleDefinition;
import io.usher.rule.RuleDefinition;
import io.usher.rule.SideEffects;
import io.usher.webhook.declaration.Attribute;
import io.usher.webhook.declaration.ClassDeclaration;
import io.usher.webhook.declaration.WebhookAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One webhook: its name, what it is registered for, and its rules. What each phase is registered
 * for beside this, operations, resources and scope, its rules' matches tell.
 */
public final class WebhookRegistration {

  /** Long enough for any rule in memory; the API server's own default is 10 s, which users feel. */
  private static final int DEFAULT_TIMEOUT_SECONDS = 5;

  private final String name;
  private final WebhookAttributes statements;
  private final int order;
  private final FailurePolicy mutatingFailurePolicy;
  private final FailurePolicy validatingFailurePolicy;
  private final int timeoutSeconds;
  private final MatchPolicy matchPolicy;
  private final SideEffects sideEffects;
  private final ReinvocationPolicy reinvocationPolicy;
  private final LabelSelector namespaceSelector;
  private final LabelSelector objectSelector;
  private final List<Condition> matchConditions;
  private final List<RuleDefinition> mutators;
  private final List<RuleDefinition> validators;
  private final List<HandlerDefinition> handlers;
  private final DoorRules doors;
  private final List<ConversionDefinition> conversions;

  /** With statements, rules, handlers and conversions that passed the checks. */
  WebhookRegistration(
      String name,
      WebhookAttributes stated,
      List<RuleDefinition> rules,
      List<HandlerDefinition> handlers,
      DoorRules doors,
      List<ConversionDefinition> conversions) {
    this.name = name;
    statements = new WebhookAttributes();
    statements.addAll(stated);
    order = stated.get(Attribute.ORDER).orElse(0);
    mutatingFailurePolicy =
        stated.get(Attribute.MUTATING_FAILURE_POLICY).orElse(FailurePolicy.IGNORE);
    // Stated wherever there are validators, but in tests of a webhook's parts.
    validatingFailurePolicy =
        stated.get(Attribute.VALIDATING_FAILURE_POLICY).orElse(FailurePolicy.FAIL);
    timeoutSeconds = stated.get(Attribute.TIMEOUT_SECONDS).orElse(DEFAULT_TIMEOUT_SECONDS);
    matchPolicy = stated.get(Attribute.MATCH_POLICY).orElse(MatchPolicy.EQUIVALENT);
    sideEffects = stated.get(Attribute.SIDE_EFFECTS).orElse(SideEffects.NONE);
    reinvocationPolicy =
        stated.get(Attribute.REINVOCATION_POLICY).orElse(ReinvocationPolicy.IF_NEEDED);
    namespaceSelector = LabelSelector.parse(stated.get(Attribute.NAMESPACE_SELECTOR).orElse(""));
    objectSelector = LabelSelector.parse(stated.get(Attribute.OBJECT_SELECTOR).orElse(""));
    var conditions = new ArrayList<Condition>();
    stated.conditions().forEach((condition, cel) -> conditions.add(new Condition(condition, cel)));
    matchConditions = List.copyOf(conditions);
    mutators = inOrder(Phase.MUTATING, rules);
    validators = inOrder(Phase.VALIDATING, rules);
    this.handlers = List.copyOf(handlers);
    this.doors = doors;
    this.conversions = List.copyOf(conversions);
  }

  private static List<RuleDefinition> inOrder(Phase phase, List<RuleDefinition> rules) {
    return rules.stream().filter(rule -> rule.phase() == phase).sorted().toList();
  }

  /**
   * A CEL expression that must be true before the API server calls the webhook.
   *
   * @param name unique in the webhook
   * @param expression over {@code object}, {@code oldObject}, {@code request}
   */
  public record Condition(String name, String expression) {}

  /**
   * Begins a webhook whose rules are lambdas.
   *
   * @param name the qualified name, three or more DNS labels
   */
  public static WebhookBuilder named(String name) {
    return new WebhookBuilder(name);
  }

  /**
   * Reads the webhooks that these annotated classes declare, in the order between webhooks. Makes
   * one instance of each class.
   *
   * @throws InvalidWebhookException with every misuse, or when a constructor fails
   */
  public static List<WebhookRegistration> fromClasses(Collection<Class<?>> ruleClasses) {
    return fromClasses(ruleClasses, type -> "");
  }

  /**
   * Reads the webhooks that these annotated classes declare, in the order between webhooks. Makes
   * one instance of each class.
   *
   * @param jarOf names the jar that a class is from; messages do, too
   * @throws InvalidWebhookException with every misuse, or when a constructor fails
   */
  public static List<WebhookRegistration> fromClasses(
      Collection<Class<?>> ruleClasses, Function<Class<?>, String> jarOf) {
    return fromClasses(ruleClasses, jarOf, RuleConfiguration.NONE);
  }

  /**
   * Reads the webhooks that these annotated classes declare, in the order between webhooks. Makes
   * one instance of each class, of what is configured for its webhook.
   *
   * @param jarOf names the jar that a class is from; messages do, too
   * @throws InvalidWebhookException with every misuse and every wrong key of the configuration, or
   *     when a constructor fails
   */
  public static List<WebhookRegistration> fromClasses(
      Collection<Class<?>> ruleClasses,
      Function<Class<?>, String> jarOf,
      RuleConfiguration configuration) {
    return fromClasses(ruleClasses, jarOf, configuration, true);
  }

  /**
   * Reads what these annotated classes declare of their webhooks, to test them without the
   * webhooks' other classes: no class needs to state what a failed call means.
   *
   * @throws InvalidWebhookException with every other misuse, or when a constructor fails
   */
  public static List<WebhookRegistration> partsFromClasses(Collection<Class<?>> ruleClasses) {
    return fromClasses(ruleClasses, type -> "", RuleConfiguration.NONE, false);
  }

  private static List<WebhookRegistration> fromClasses(
      Collection<Class<?>> ruleClasses,
      Function<Class<?>, String> jarOf,
      RuleConfiguration configuration,
      boolean whole) {
    var cluster = new CurrentCluster();
    var instances = new RuleInstances(jarOf, configuration, cluster);
    return new RuleClasses(jarOf, instances::of, cluster)
        .webhooks(ruleClasses, instances.configure(ruleClasses), true, whole);
  }

  /**
   * Reads the webhooks that the classes of these objects declare; the objects are the ones that are
   * called. What {@link #fromClasses} does after it has made an instance of each class; for rules
   * with collaborators, in tests above all.
   *
   * @throws InvalidWebhookException with every misuse
   */
  public static List<WebhookRegistration> fromInstances(Collection<?> rules) {
    return fromInstances(rules, true);
  }

  /**
   * What {@link #partsFromClasses} does after it has made an instance of each class.
   *
   * @throws InvalidWebhookException with every other misuse
   */
  public static List<WebhookRegistration> partsFromInstances(Collection<?> rules) {
    return fromInstances(rules, false);
  }

  private static List<WebhookRegistration> fromInstances(Collection<?> rules, boolean whole) {
    Map<Class<?>, Object> instances = new IdentityHashMap<>();
    rules.forEach(rule -> instances.put(rule.getClass(), rule));
    List<Class<?>> classes = rules.stream().<Class<?>>map(Object::getClass).toList();
    return new RuleClasses(type -> "", instances::get, null)
        .webhooks(classes, List.of(), false, whole);
  }

  /** The order between webhooks: by what they state, ties by name. */
  static int compareOrder(WebhookRegistration one, WebhookRegistration other) {
    int order = Integer.compare(one.order, other.order);
    return order != 0 ? order : one.name.compareTo(other.name);
  }

  /** The qualified name. */
  public String name() {
    return name;
  }

  /** The place among all webhooks, lowest first; ties by name. */
  public int order() {
    return order;
  }

  /** Whether it has rules of this phase: an entry in that configuration, and a path. */
  public boolean has(Phase phase) {
    return !rules(phase).isEmpty();
  }

  /** Whether it has rules that answer this door's question: a path. */
  public boolean has(Door door) {
    return !doors.of(door).isEmpty();
  }

  /** The path of this door: {@code /authenticate/NAME} or {@code /authorize/NAME}. */
  public String path(Door door) {
    return door.path(name);
  }

  /** The path of this phase: {@code /mutate/NAME} or {@code /validate/NAME} unless stated. */
  public String path(Phase phase) {
    return statements.get(Attribute.path(phase)).orElse("/" + phase.verb() + "/" + name);
  }

  /**
   * The same webhook with another path for this phase.
   *
   * @throws InvalidWebhookException when no API server would call the path
   */
  public WebhookRegistration withPath(Phase phase, String path) {
    ClassDeclaration.pathProblem(path)
        .ifPresent(
            problem -> {
              throw new InvalidWebhookException(
                  List.of("webhook " + name + ": " + Attribute.path(phase).name() + " " + problem));
            });
    var other = new WebhookAttributes();
    other.state(Attribute.path(phase), path);
    other.addAll(statements);
    return new WebhookRegistration(
        name, other, admissionRules().toList(), handlers, doors, conversions);
  }

  /**
   * Checks that each path is one phase's of one webhook.
   *
   * @throws InvalidWebhookException otherwise, with every path that is not
   */
  public static void checkPaths(Collection<WebhookRegistration> webhooks) {
    var problems = new ArrayList<String>();
    Map<String, String> owners = new HashMap<>();
    for (WebhookRegistration webhook : webhooks) {
      for (Phase phase : Phase.values()) {
        if (webhook.has(phase)) {
          String owner = "the " + Attribute.path(phase).name() + " of " + webhook.name;
          String before = owners.putIfAbsent(webhook.path(phase), owner);
          if (before != null) {
            problems.add(twoOwners(webhook.path(phase), before, owner));
          }
        }
      }
    }
    for (WebhookRegistration webhook : webhooks) {
      String stated = webhook.conversions.isEmpty() ? null : owners.get(webhook.conversionPath());
      if (stated != null) {
        problems.add(
            twoOwners(webhook.conversionPath(), stated, "where " + webhook.name + " converts"));
      }
      for (Door door : Door.values()) {
        String before = webhook.has(door) ? owners.get(webhook.path(door)) : null;
        if (before != null) {
          problems.add(
              twoOwners(
                  webhook.path(door),
                  before,
                  "where %s answers %ss"
                      .formatted(webhook.name, door.name().toLowerCase(Locale.ROOT))));
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidWebhookException(problems);
    }
  }

  private static String twoOwners(String path, String one, String other) {
    return "%s is %s and %s; choose another for one of them".formatted(path, one, other);
  }

  /**
   * The same webhook as the Initializer runs it over objects that exist: the mutators for UPDATE,
   * and those for CREATE that are to be asked, on UPDATE alone. It may have no rules at all.
   */
  public WebhookRegistration initializing() {
    return new WebhookRegistration(
        name,
        statements,
        mutators.stream().flatMap(rule -> rule.initializing().stream()).toList(),
        List.of(),
        DoorRules.NONE,
        List.of());
  }

  /** The rules of this phase, in the order in which they run. */
  public List<RuleDefinition> rules(Phase phase) {
    return switch (phase) {
      case MUTATING -> mutators;
      case VALIDATING -> validators;
    };
  }

  /** What its rules read of the cluster. */
  public List<Read> reads() {
    return Stream.concat(
            admissionRules().map(RuleDefinition::reads),
            doors.all().map(ReviewRuleDefinition::reads))
        .flatMap(List::stream)
        .distinct()
        .toList();
  }

  /** What its rules ask the API server itself. */
  public List<LiveRead> liveReads() {
    return Stream.concat(
            admissionRules().map(RuleDefinition::liveReads),
            doors.all().map(ReviewRuleDefinition::liveReads))
        .flatMap(List::stream)
        .distinct()
        .toList();
  }

  private Stream<RuleDefinition> admissionRules() {
    return Stream.concat(mutators.stream(), validators.stream());
  }

  /** The rules that tell whose a token is, in the order in which they are asked. */
  public List<ReviewRuleDefinition<AuthenticationRequest, Authentication>> authenticators() {
    return doors.authenticators();
  }

  /** The rules that tell whether somebody may, in the order in which they are asked. */
  public List<ReviewRuleDefinition<AuthorizationRequest, Authorization>> authorizers() {
    return doors.authorizers();
  }

  /** The rules that answer this door's question, in the order in which they are asked. */
  public List<? extends ReviewRuleDefinition<?, ?>> rules(Door door) {
    return doors.of(door);
  }

  /**
   * The same webhook with more rules that answer questions of doors; their order tells their places
   * among those that it has.
   *
   * @throws InvalidWebhookException when two rules have one name
   */
  public WebhookRegistration joinedBy(DoorRules more) {
    DoorRules all = doors.and(more);
    Set<String> names = new HashSet<>();
    List<String> problems =
        Stream.concat(
                admissionRules().map(RuleDefinition::name),
                all.all().map(ReviewRuleDefinition::name))
            .filter(rule -> !names.add(rule))
            .map(
                rule ->
                    "webhook %s has two rules %s; give each a name of its own"
                        .formatted(name, rule))
            .toList();
    if (!problems.isEmpty()) {
      throw new InvalidWebhookException(problems);
    }
    return new WebhookRegistration(
        name, statements, admissionRules().toList(), handlers, all, conversions);
  }

  /** What {@code usher controller} calls; a server of webhooks has no use for them. */
  public List<HandlerDefinition> handlers() {
    return handlers;
  }

  /** What converts custom resources between their versions. */
  public List<ConversionDefinition> conversions() {
    return conversions;
  }

  /** The path that ConversionReviews are posted to. */
  public String conversionPath() {
    return "/convert/" + name;
  }

  /** What its handlers read of the cluster, their own objects included. */
  public List<Read> handlerReads() {
    return handlers.stream().flatMap(handler -> handler.reads().stream()).distinct().toList();
  }

  /** What its handlers ask the API server itself. */
  public List<LiveRead> handlerLiveReads() {
    return handlers.stream().flatMap(handler -> handler.liveReads().stream()).distinct().toList();
  }

  /** What the API server does when a call of this phase fails. */
  public FailurePolicy failurePolicy(Phase phase) {
    return switch (phase) {
      case MUTATING -> mutatingFailurePolicy;
      case VALIDATING -> validatingFailurePolicy;
    };
  }

  /** How long the API server waits, 1 to 30 s. */
  public int timeoutSeconds() {
    return timeoutSeconds;
  }

  /** Which versions of a resource come here. */
  public MatchPolicy matchPolicy() {
    return matchPolicy;
  }

  /** Whether rules change anything but the object. */
  public SideEffects sideEffects() {
    return sideEffects;
  }

  /** Whether later changes call the mutators again. */
  public ReinvocationPolicy reinvocationPolicy() {
    return reinvocationPolicy;
  }

  /** Over the request's namespace. */
  public LabelSelector namespaceSelector() {
    return namespaceSelector;
  }

  /** Over the object. */
  public LabelSelector objectSelector() {
    return objectSelector;
  }

  /** All of which must be true, at most 64. */
  public List<Condition> matchConditions() {
    return matchConditions;
  }
}
