package io.usher.webhook;

import io.usher.authentication.Authentication;
import io.usher.authentication.AuthenticationRequest;
import io.usher.authorization.Authorization;
import io.usher.authorization.AuthorizationRequest;
import io.usher.cluster.LiveRead;
import io.usher.cluster.Read;
import io.usher.rule.ConversionContext;
import io.usher.rule.ConversionDefinition;
import io.usher.rule.Converter;
import io.usher.rule.Decision;
import io.usher.rule.FailurePolicy;
import io.usher.rule.Handler;
import io.usher.rule.HandlerContext;
import io.usher.rule.HandlerDefinition;
import io.usher.rule.HandlerDefinition.Write;
import io.usher.rule.LabelSelector;
import io.usher.rule.MatchPolicy;
import io.usher.rule.OnFailure;
import io.usher.rule.Outcome;
import io.usher.rule.Phase;
import io.usher.rule.ReinvocationPolicy;
import io.usher.rule.ReviewRule;
import io.usher.rule.ReviewRuleDefinition;
import io.usher.rule.Rule;
import io.usher.rule.RuleContext;
import io.usher.rule.RuleDefinition;
import io.usher.rule.SideEffects;
import io.usher.rule.Trigger;
import io.usher.webhook.declaration.Attribute;
import io.usher.webhook.declaration.ClassDeclaration;
import io.usher.webhook.declaration.ConversionDeclaration.Between;
import io.usher.webhook.declaration.HandlerTerms;
import io.usher.webhook.declaration.WebhookAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A webhook without annotations; its methods are the attributes of {@code @Webhook}, and the kinds
 * of rules and handlers.
 *
 * <pre>{@code
 * WebhookRegistration.named("labeler.example.com")
 *     .editing("add-team", on(Pod.class, CREATE), (pod, context) -> { ... })
 *     .validating("require-owner", on(Deployment.class, CREATE, UPDATE), (deployment, context) -> ...)
 *     .validatingFailurePolicy(FAIL)
 *     .build();
 * }</pre>
 */
public final class WebhookBuilder {

  private final String name;
  private final WebhookAttributes statements = new WebhookAttributes();
  private final Map<String, Lambda> rules = new LinkedHashMap<>();
  private final Map<String, LambdaHandler> handlers = new LinkedHashMap<>();
  private final Map<String, LambdaConversion> conversions = new LinkedHashMap<>();
  private final Map<String, DoorRule<AuthenticationRequest, Authentication>> authenticators =
      new LinkedHashMap<>();
  private final Map<String, DoorRule<AuthorizationRequest, Authorization>> authorizers =
      new LinkedHashMap<>();
  private final List<ReadTarget<?>> reads = new ArrayList<>();
  private final List<LiveReadTarget> liveReads = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  WebhookBuilder(String name) {
    this.name = name;
  }

  /** Changes an object in place. */
  @FunctionalInterface
  public interface Edit<T> {
    /** Edits the object, as the earlier rules left it. */
    void apply(T object, RuleContext context) throws Exception;
  }

  /** Judges an object. */
  @FunctionalInterface
  public interface Judgement<T> {
    /** Decides on the object, as the earlier rules left it. */
    Decision apply(T object, RuleContext context) throws Exception;
  }

  /** Handles an object. */
  @FunctionalInterface
  public interface Handling<T> {
    /** Says what is to become of an object that is there; of a deleted one, of its last state. */
    Outcome apply(T object, HandlerContext context) throws Exception;
  }

  /** Converts an object. */
  @FunctionalInterface
  public interface Conversion<F, T> {
    /** The object in the other version; a tree may be edited and given back. */
    T apply(F object, ConversionContext context) throws Exception;
  }

  private record LambdaConversion(ConversionTarget<?, ?> target, Converter code) {}

  private record DoorRule<Q, A>(int order, ReviewRule<Q, A> code) {}

  private record LambdaHandler(HandlerTarget<?> target, Handler code) {}

  private record Lambda(
      Phase phase, RuleTarget<?> target, @Nullable Class<?> objectType, Rule rule) {}

  /** A mutating rule that edits in place and always allows. */
  public <T> WebhookBuilder editing(String rule, RuleTarget<T> target, Edit<T> edit) {
    return mutating(
        rule,
        target,
        (object, context) -> {
          edit.apply(object, context);
          return Decision.allow();
        });
  }

  /** A mutating rule. */
  public <T> WebhookBuilder mutating(String rule, RuleTarget<T> target, Judgement<T> judgement) {
    return add(rule, Phase.MUTATING, target, target.type(), judging(target.type(), judgement));
  }

  /**
   * A mutating rule that asks its context for what it needs; the target's type tells the resource.
   */
  public WebhookBuilder mutating(String name, RuleTarget<?> target, Rule rule) {
    return add(name, Phase.MUTATING, target, null, rule);
  }

  /** A validating rule. */
  public <T> WebhookBuilder validating(String rule, RuleTarget<T> target, Judgement<T> judgement) {
    return add(rule, Phase.VALIDATING, target, target.type(), judging(target.type(), judgement));
  }

  /**
   * A validating rule that asks its context for what it needs; the target's type tells the
   * resource.
   */
  public WebhookBuilder validating(String name, RuleTarget<?> target, Rule rule) {
    return add(name, Phase.VALIDATING, target, null, rule);
  }

  private static <T> Rule judging(Class<T> type, Judgement<T> judgement) {
    return context -> judgement.apply(context.object(type), context);
  }

  private WebhookBuilder add(
      String rule, Phase phase, RuleTarget<?> target, @Nullable Class<?> objectType, Rule code) {
    checkName(rule);
    rules.put(rule, new Lambda(phase, target, objectType, code));
    if (phase == Phase.VALIDATING && target.onFailure() != null) {
      problems.add(rule + ": validates, so onFailure is not for it; leave it out");
    }
    if (phase == Phase.VALIDATING && target.isInitialize()) {
      problems.add(rule + ": validates, so initialize is not for it; leave it out");
    }
    return this;
  }

  private void checkName(String added) {
    if (rules.containsKey(added)
        || handlers.containsKey(added)
        || conversions.containsKey(added)
        || authenticators.containsKey(added)
        || authorizers.containsKey(added)) {
      problems.add("two rules are named \"" + added + "\"; give each a name of its own");
    }
  }

  /** A handler, for objects that are there; for a deleted object it takes the last state. */
  public <T> WebhookBuilder handling(
      String handler, HandlerTarget<T> target, Handling<T> handling) {
    return handling(
        handler,
        target,
        context -> {
          Optional<T> object = context.object(target.type());
          return object.isPresent() ? handling.apply(object.get(), context) : Outcome.done();
        });
  }

  /** A handler that asks its context for what it needs, also for objects that are gone. */
  public WebhookBuilder handling(String name, HandlerTarget<?> target, Handler handler) {
    checkName(name);
    handlers.put(
        name, new LambdaHandler(target, new DeclaredHandler(name, target.writes(), handler)));
    return this;
  }

  /**
   * A rule that tells whose a token is.
   *
   * @param order its place among them, lowest first; ties by name
   */
  public WebhookBuilder authenticating(
      String rule, int order, ReviewRule<AuthenticationRequest, Authentication> code) {
    checkName(rule);
    authenticators.put(rule, new DoorRule<>(order, code));
    return this;
  }

  /**
   * A rule that tells whether somebody may do what he asks for.
   *
   * @param order its place among them, lowest first; ties by name
   */
  public WebhookBuilder authorizing(
      String rule, int order, ReviewRule<AuthorizationRequest, Authorization> code) {
    checkName(rule);
    authorizers.put(rule, new DoorRule<>(order, code));
    return this;
  }

  /** A conversion between two versions of a custom resource. */
  public <F, T> WebhookBuilder converting(
      String name, ConversionTarget<F, T> target, Conversion<F, T> conversion) {
    checkName(name);
    conversions.put(
        name,
        new LambdaConversion(
            target, context -> conversion.apply(context.object(target.from()), context)));
    return this;
  }

  /**
   * The rules and handlers may read this of the cluster, by {@link RuleContext#cluster()} and
   * {@link HandlerContext#cluster()}.
   */
  public WebhookBuilder reads(ReadTarget<?> read) {
    reads.add(read);
    return this;
  }

  /** They may ask the API server itself for this. */
  public WebhookBuilder readsLive(LiveReadTarget read) {
    liveReads.add(read);
    return this;
  }

  /** The place among all webhooks, lowest first; 0 unless stated, ties by name. */
  public WebhookBuilder order(int order) {
    return state(Attribute.ORDER, order);
  }

  /** What the API server does when a mutating call fails; {@code IGNORE} unless stated. */
  public WebhookBuilder mutatingFailurePolicy(FailurePolicy policy) {
    return state(Attribute.MUTATING_FAILURE_POLICY, policy);
  }

  /** What the API server does when a validating call fails; must be stated where one validates. */
  public WebhookBuilder validatingFailurePolicy(FailurePolicy policy) {
    return state(Attribute.VALIDATING_FAILURE_POLICY, policy);
  }

  /** What a failing mutating rule does to its review; {@code FAIL_CALL} unless stated. */
  public WebhookBuilder onMutatingRuleFailure(OnFailure onFailure) {
    return state(Attribute.ON_MUTATING_RULE_FAILURE, onFailure);
  }

  /** How long the API server waits for an answer, 1 to 30 s; 5 unless stated. */
  public WebhookBuilder timeoutSeconds(int seconds) {
    return state(Attribute.TIMEOUT_SECONDS, seconds);
  }

  /** Which versions of a resource come here; {@code EQUIVALENT} unless stated. */
  public WebhookBuilder matchPolicy(MatchPolicy policy) {
    return state(Attribute.MATCH_POLICY, policy);
  }

  /** Whether rules change anything but the object; {@code NONE} unless stated. */
  public WebhookBuilder sideEffects(SideEffects sideEffects) {
    return state(Attribute.SIDE_EFFECTS, sideEffects);
  }

  /** Whether later changes call the mutators again; {@code IF_NEEDED} unless stated. */
  public WebhookBuilder reinvocationPolicy(ReinvocationPolicy policy) {
    return state(Attribute.REINVOCATION_POLICY, policy);
  }

  /** A label selector over the request's namespace, in kubectl's syntax. */
  public WebhookBuilder namespaceSelector(String selector) {
    return state(Attribute.NAMESPACE_SELECTOR, selector);
  }

  /** A label selector over the object, in kubectl's syntax. */
  public WebhookBuilder objectSelector(String selector) {
    return state(Attribute.OBJECT_SELECTOR, selector);
  }

  /** The path of the mutating rules; {@code /mutate/NAME} unless stated. */
  public WebhookBuilder mutatingPath(String path) {
    return state(Attribute.MUTATING_PATH, path);
  }

  /** The path of the validating rules; {@code /validate/NAME} unless stated. */
  public WebhookBuilder validatingPath(String path) {
    return state(Attribute.VALIDATING_PATH, path);
  }

  /** One more CEL expression that must be true before the API server calls. */
  public WebhookBuilder matchCondition(String conditionName, String expression) {
    statements.state(conditionName, expression);
    return this;
  }

  private <T> WebhookBuilder state(Attribute<T> attribute, T value) {
    statements.state(attribute, value);
    return this;
  }

  /**
   * The webhook.
   *
   * @throws InvalidWebhookException with every misuse
   */
  public WebhookRegistration build() {
    ClassDeclaration.checkName(name, problems::add);
    ClassDeclaration.checkStatements(statements, problems::add);
    statements.checkConditionCount(problems::add);
    boolean validates = rules.values().stream().anyMatch(rule -> rule.phase() == Phase.VALIDATING);
    if (validates && statements.get(Attribute.VALIDATING_FAILURE_POLICY).isEmpty()) {
      problems.add(
          "has validating rules, but not what a failed call means; add"
              + " .validatingFailurePolicy(FAIL) or (IGNORE)");
    }
    if (rules.isEmpty()
        && handlers.isEmpty()
        && conversions.isEmpty()
        && authenticators.isEmpty()
        && authorizers.isEmpty()) {
      problems.add(
          "has no rules and no handlers; add one with .editing, .mutating, .validating,"
              + " .converting, .handling, .authenticating or .authorizing");
    }
    List<Read> declared =
        ClassDeclaration.checkReads(
                reads.stream().map(ReadTarget::description).toList(), problems::add)
            .stream()
            .map(RuleClasses::read)
            .toList();
    List<LiveRead> live =
        ClassDeclaration.checkLiveReads(
                liveReads.stream().map(LiveReadTarget::description).toList(), problems::add)
            .stream()
            .map(RuleClasses::liveRead)
            .toList();
    var definitions = new ArrayList<RuleDefinition>();
    rules.forEach((rule, lambda) -> define(rule, lambda, declared, live, definitions));
    var handled = new ArrayList<HandlerDefinition>();
    handlers.forEach((handler, lambda) -> define(handler, lambda, declared, live, handled));
    List<ConversionDefinition> converted = definedConversions();
    if (!problems.isEmpty()) {
      throw new InvalidWebhookException(
          problems.stream().map(problem -> "webhook " + name + ": " + problem).toList());
    }
    return new WebhookRegistration(
        name,
        statements,
        definitions,
        handled,
        new DoorRules(
            definitions(authenticators, declared, live), definitions(authorizers, declared, live)),
        converted);
  }

  private List<ConversionDefinition> definedConversions() {
    var definitions = new ArrayList<ConversionDefinition>();
    var all = new ArrayList<Between>();
    conversions.forEach(
        (conversion, lambda) ->
            ClassDeclaration.checkConversion(
                    lambda.target().terms(),
                    ReflectedClass.describeType(lambda.target().from()),
                    ReflectedClass.describeType(lambda.target().to()),
                    problem -> problems.add(conversion + ": " + problem))
                .ifPresent(
                    between -> {
                      all.add(between);
                      definitions.add(
                          new ConversionDefinition(
                              conversion,
                              between.kind(),
                              between.from(),
                              between.to(),
                              between.loses(),
                              lambda.code()));
                    }));
    if (all.size() == conversions.size()) {
      ClassDeclaration.checkReach(all, problems::add);
    }
    return definitions;
  }

  private static <Q, A> List<ReviewRuleDefinition<Q, A>> definitions(
      Map<String, DoorRule<Q, A>> rules, List<Read> declared, List<LiveRead> live) {
    var definitions = new ArrayList<ReviewRuleDefinition<Q, A>>();
    rules.forEach(
        (rule, lambda) ->
            definitions.add(
                new ReviewRuleDefinition<>(
                    rule, lambda.order(), rule, declared, live, lambda.code())));
    return definitions;
  }

  private void define(
      String handler,
      LambdaHandler lambda,
      List<Read> declared,
      List<LiveRead> live,
      List<HandlerDefinition> definitions) {
    HandlerTarget<?> target = lambda.target();
    HandlerTerms terms = target.terms();
    if (terms.trigger() == Trigger.DELETED && target.writes().contains(Write.PATCH)) {
      problems.add(handler + ": is for objects that are gone; leave .patches() out");
    }
    int before = problems.size();
    ClassDeclaration.checkHandler(
            terms,
            ReflectedClass.describeType(target.type()),
            problem -> problems.add(handler + ": " + problem))
        .filter(resource -> problems.size() == before)
        .ifPresent(
            resource -> {
              var all = new ArrayList<>(declared);
              Read objects = RuleClasses.objects(resource, target.type(), terms.resource(), all);
              definitions.add(
                  new HandlerDefinition(
                      handler,
                      terms.trigger(),
                      objects,
                      terms.namespaces(),
                      terms.names(),
                      LabelSelector.parse(terms.labels()),
                      Duration.ofSeconds(terms.timeoutSeconds()),
                      target.writes(),
                      all,
                      live,
                      lambda.code()));
            });
  }

  private void define(
      String rule,
      Lambda lambda,
      List<Read> declared,
      List<LiveRead> live,
      List<RuleDefinition> definitions) {
    RuleTarget<?> target = lambda.target();
    OnFailure webhook =
        statements.get(Attribute.ON_MUTATING_RULE_FAILURE).orElse(OnFailure.FAIL_CALL);
    OnFailure onFailure = target.onFailure() != null ? target.onFailure() : webhook;
    ClassDeclaration.checkMatch(
            lambda.phase(),
            target.terms(),
            target.isInitialize(),
            ReflectedClass.describeType(target.type()),
            problem -> problems.add(rule + ": " + problem))
        .ifPresent(
            match ->
                definitions.add(
                    new RuleDefinition(
                        rule,
                        lambda.phase(),
                        target.order(),
                        rule,
                        match,
                        lambda.phase() == Phase.MUTATING ? onFailure : OnFailure.FAIL_CALL,
                        lambda.objectType(),
                        target.selfReviews(),
                        target.isInitialize(),
                        declared,
                        live,
                        lambda.rule())));
  }
}
