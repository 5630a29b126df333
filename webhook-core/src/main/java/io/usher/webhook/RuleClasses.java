package io.usher.webhook;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.usher.admission.GroupVersionResource;
import io.usher.authentication.Authentication;
import io.usher.authentication.AuthenticationRequest;
import io.usher.authorization.Authorization;
import io.usher.authorization.AuthorizationRequest;
import io.usher.cluster.Index;
import io.usher.cluster.LiveRead;
import io.usher.cluster.OnStale;
import io.usher.cluster.Read;
import io.usher.rule.ConversionDefinition;
import io.usher.rule.HandlerDefinition;
import io.usher.rule.OnFailure;
import io.usher.rule.Phase;
import io.usher.rule.Reconciling;
import io.usher.rule.ReviewRuleDefinition;
import io.usher.rule.RuleDefinition;
import io.usher.webhook.declaration.Attribute;
import io.usher.webhook.declaration.ClassDeclaration;
import io.usher.webhook.declaration.ConversionDeclaration;
import io.usher.webhook.declaration.DoorDeclaration;
import io.usher.webhook.declaration.HandlerDeclaration;
import io.usher.webhook.declaration.HandlerTerms;
import io.usher.webhook.declaration.LiveReadDeclaration;
import io.usher.webhook.declaration.LiveReadDescription;
import io.usher.webhook.declaration.MethodDescription;
import io.usher.webhook.declaration.Problems;
import io.usher.webhook.declaration.ReadDeclaration;
import io.usher.webhook.declaration.ReadDescription;
import io.usher.webhook.declaration.RuleDeclaration;
import io.usher.webhook.declaration.RuleDeclaration.Argument;
import io.usher.webhook.declaration.WebhookDeclaration;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes webhooks of annotated classes: describes, checks, joins and binds them. */
final class RuleClasses {

  private static final Logger LOG = LoggerFactory.getLogger(RuleClasses.class);

  private final Function<Class<?>, String> jarOf;
  private final Function<Class<?>, Object> instanceOf;
  private final @Nullable CurrentCluster cluster;
  private final List<String> problems = new ArrayList<>();

  /**
   * A maker of webhooks.
   *
   * @param jarOf names the jar that a class is from, for messages, or is empty
   * @param instanceOf gives the one object of a class whose methods are called
   * @param cluster what those objects were given to read from, or null
   */
  RuleClasses(
      Function<Class<?>, String> jarOf,
      Function<Class<?>, Object> instanceOf,
      @Nullable CurrentCluster cluster) {
    this.jarOf = jarOf;
    this.instanceOf = instanceOf;
    this.cluster = cluster;
  }

  /**
   * The webhooks that these classes declare, in the order between webhooks.
   *
   * @param configured what is wrong with the configuration of the classes
   * @param constructible whether each class must have a constructor that can be called
   * @param whole whether these are all of a webhook's classes, so that one must state what a failed
   *     call means
   * @throws InvalidWebhookException with all that is wrong, before any instance is asked for
   */
  List<WebhookRegistration> webhooks(
      Collection<Class<?>> classes, List<String> configured, boolean constructible, boolean whole) {
    problems.addAll(configured);
    var declarations = new ArrayList<ClassDeclaration>();
    for (Class<?> type : classes) {
      String jar = jarOf.apply(type);
      String prefix = jar.isEmpty() ? "" : jar + ": ";
      String source = jar.isEmpty() ? type.getName() : type.getName() + " (" + jar + ")";
      ClassDeclaration.read(
              ReflectedClass.describe(type, constructible),
              source,
              new Problems() {
                @Override
                public void report(@Nullable MethodDescription method, String problem) {
                  problems.add(prefix + problem);
                }

                @Override
                public void warn(@Nullable MethodDescription method, String warning) {
                  LOG.warn("{}{}", prefix, warning);
                }
              })
          .ifPresent(declarations::add);
    }
    List<WebhookDeclaration> joined = WebhookDeclaration.join(declarations, problems::add);
    for (WebhookDeclaration webhook : joined) {
      if (whole) {
        webhook.checkFailurePolicy(problems::add);
        webhook.checkConversions(problems::add);
      }
      checkRepeatedClasses(webhook);
    }
    if (!problems.isEmpty()) {
      throw new InvalidWebhookException(problems);
    }
    var webhooks = new ArrayList<WebhookRegistration>();
    for (WebhookDeclaration webhook : joined) {
      webhooks.add(bind(webhook));
    }
    WebhookRegistration.checkPaths(webhooks);
    webhooks.sort(WebhookRegistration::compareOrder);
    return List.copyOf(webhooks);
  }

  private void checkRepeatedClasses(WebhookDeclaration webhook) {
    var sources = new HashMap<String, String>();
    for (ClassDeclaration declaration : webhook.classes()) {
      for (MethodDescription method : declaration.methods()) {
        String before = sources.putIfAbsent(RuleNames.full(method), declaration.source());
        if (before != null) {
          problems.add(
              "webhook %s: rule %s is in %s and in %s; remove one, or rename its class"
                  .formatted(webhook.name(), RuleNames.full(method), before, declaration.source()));
        }
      }
    }
  }

  private WebhookRegistration bind(WebhookDeclaration webhook) {
    OnFailure onFailure =
        webhook.statements().get(Attribute.ON_MUTATING_RULE_FAILURE).orElse(OnFailure.FAIL_CALL);
    List<MethodDescription> methods =
        webhook.classes().stream().flatMap(each -> each.methods().stream()).toList();
    Iterator<String> names = RuleNames.of(methods).iterator();
    var rules = new ArrayList<RuleDefinition>();
    var handlers = new ArrayList<HandlerDefinition>();
    var conversions = new ArrayList<ConversionDefinition>();
    var authenticators =
        new ArrayList<ReviewRuleDefinition<AuthenticationRequest, Authentication>>();
    var authorizers = new ArrayList<ReviewRuleDefinition<AuthorizationRequest, Authorization>>();
    for (ClassDeclaration declaration : webhook.classes()) {
      List<Read> reads = declaration.reads().stream().map(RuleClasses::read).toList();
      List<LiveRead> live = declaration.liveReads().stream().map(RuleClasses::liveRead).toList();
      for (RuleDeclaration rule : declaration.rules()) {
        rules.add(definition(rule, names.next(), reads, live, onFailure));
      }
      for (HandlerDeclaration handler : declaration.handlers()) {
        handlers.add(definition(handler, names.next(), reads, live));
      }
      for (DoorDeclaration rule : declaration.doors()) {
        String name = names.next();
        switch (rule.terms().door()) {
          case AUTHENTICATION ->
              authenticators.add(definition(rule, Authentication.class, name, reads, live));
          case AUTHORIZATION ->
              authorizers.add(definition(rule, Authorization.class, name, reads, live));
        }
      }
      for (ConversionDeclaration conversion : declaration.conversions()) {
        conversions.add(definition(conversion, names.next()));
      }
    }
    return new WebhookRegistration(
        webhook.name(),
        webhook.statements(),
        rules,
        handlers,
        new DoorRules(authenticators, authorizers),
        conversions);
  }

  private ConversionDefinition definition(ConversionDeclaration conversion, String name) {
    ConversionDeclaration.Between between = conversion.between();
    return new ConversionDefinition(
        name,
        between.kind(),
        between.from(),
        between.to(),
        between.loses(),
        new MethodConverter(conversion, bind((Method) conversion.method().origin(), name, null)));
  }

  static LiveRead liveRead(LiveReadDeclaration declaration) {
    LiveReadDescription written = declaration.description();
    return new LiveRead(
        (Class<?>) written.origin(),
        written.resource(),
        declaration.resource(),
        declaration.subresource(),
        written.list(),
        Duration.ofSeconds(written.cacheSeconds()));
  }

  @SuppressWarnings("unchecked") // the annotation's type says that it is an index
  static Read read(ReadDeclaration declaration) {
    ReadDescription written = declaration.description();
    return new Read(
        (Class<?>) written.origin(),
        written.resource(),
        declaration.resource(),
        written.indexes().stream()
            .<Class<? extends Index<?>>>map(index -> (Class<? extends Index<?>>) index.origin())
            .toList(),
        declaration.fields(),
        written.onStale());
  }

  private RuleDefinition definition(
      RuleDeclaration rule,
      String name,
      List<Read> reads,
      List<LiveRead> live,
      OnFailure webhookOnFailure) {
    var method = (Method) rule.method().origin();
    OnFailure onFailure = rule.onFailure() != null ? rule.onFailure() : webhookOnFailure;
    return new RuleDefinition(
        name,
        rule.phase(),
        rule.order(),
        RuleNames.full(rule.method()),
        rule.match(),
        rule.phase() == Phase.MUTATING ? onFailure : OnFailure.FAIL_CALL,
        objectType(rule, method),
        rule.selfReviews(),
        rule.initialize(),
        reads,
        live,
        new MethodRule(rule, bindReading(method, name, reads, live)));
  }

  private BoundMethod bindReading(
      Method method, String name, List<Read> reads, List<LiveRead> live) {
    return bind(method, name, reads.isEmpty() && live.isEmpty() ? null : cluster);
  }

  private <Q, A> ReviewRuleDefinition<Q, A> definition(
      DoorDeclaration rule, Class<A> answer, String name, List<Read> reads, List<LiveRead> live) {
    var method = (Method) rule.method().origin();
    return new ReviewRuleDefinition<>(
        name,
        rule.terms().order(),
        RuleNames.full(rule.method()),
        reads,
        live,
        new MethodReviewRule<>(rule, bindReading(method, name, reads, live), answer));
  }

  private HandlerDefinition definition(
      HandlerDeclaration handler, String name, List<Read> classReads, List<LiveRead> live) {
    var method = (Method) handler.method().origin();
    var reads = new ArrayList<>(classReads);
    Read object =
        objects(handler.resource(), objectType(handler, method), handler.terms().resource(), reads);
    HandlerTerms terms = handler.terms();
    return new HandlerDefinition(
        name,
        terms.trigger(),
        object,
        terms.namespaces(),
        terms.names(),
        handler.labels(),
        Duration.ofSeconds(terms.timeoutSeconds()),
        handler.writes(),
        reads,
        live,
        new MethodHandler(handler, bind(method, name, cluster)));
  }

  /**
   * What a handler reads of its objects; where nothing is declared, all of each, which is added.
   *
   * @param resource as it is written, empty where the type tells it
   */
  static Read objects(
      GroupVersionResource of, Class<?> type, String resource, List<Read> declared) {
    for (Read read : declared) {
      if (read.resource().equals(of)) {
        return read;
      }
    }
    boolean typed = !ReflectedClass.describeType(type).untyped();
    var whole =
        new Read(
            typed ? type : GenericKubernetesResource.class,
            typed ? "" : resource,
            of,
            List.of(),
            List.of(),
            OnStale.FAIL);
    declared.add(whole);
    return whole;
  }

  private static Class<?> objectType(HandlerDeclaration handler, Method method) {
    Reconciling reconciling = method.getAnnotation(Reconciling.class);
    var types = new ArrayList<Class<?>>();
    types.add(reconciling == null ? GenericKubernetesResource.class : reconciling.value());
    for (int i = 0; i < handler.arguments().size(); i++) {
      switch (handler.arguments().get(i)) {
        case OBJECT, OLD_OBJECT -> types.add(method.getParameterTypes()[i]);
        case OPTIONAL_OBJECT ->
            types.add(
                Objects.requireNonNull(
                    ReflectedClass.elementClass(method.getGenericParameterTypes()[i])));
        case CONTEXT, LISTER, CLUSTER -> {}
      }
    }
    return types.stream()
        .filter(each -> !ReflectedClass.describeType(each).untyped())
        .findFirst()
        .orElse(GenericKubernetesResource.class);
  }

  private BoundMethod bind(Method method, String name, @Nullable CurrentCluster reader) {
    return BoundMethod.bind(method, name, instanceOf.apply(method.getDeclaringClass()), reader);
  }

  private static @Nullable Class<?> objectType(RuleDeclaration rule, Method method) {
    int object = rule.arguments().indexOf(Argument.OBJECT);
    return object < 0 ? null : method.getParameterTypes()[object];
  }
}
