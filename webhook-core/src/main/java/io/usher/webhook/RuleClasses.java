package io.usher.webhook;

import io.usher.cluster.Index;
import io.usher.cluster.Read;
import io.usher.rule.OnFailure;
import io.usher.rule.Phase;
import io.usher.rule.RuleDefinition;
import io.usher.webhook.declaration.Attribute;
import io.usher.webhook.declaration.ClassDeclaration;
import io.usher.webhook.declaration.MethodDescription;
import io.usher.webhook.declaration.Problems;
import io.usher.webhook.declaration.ReadDeclaration;
import io.usher.webhook.declaration.ReadDescription;
import io.usher.webhook.declaration.RuleDeclaration;
import io.usher.webhook.declaration.RuleDeclaration.Argument;
import io.usher.webhook.declaration.WebhookDeclaration;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
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
      for (RuleDeclaration rule : declaration.rules()) {
        String before = sources.putIfAbsent(RuleNames.full(rule), declaration.source());
        if (before != null) {
          problems.add(
              "webhook %s: rule %s is in %s and in %s; remove one, or rename its class"
                  .formatted(webhook.name(), RuleNames.full(rule), before, declaration.source()));
        }
      }
    }
  }

  private WebhookRegistration bind(WebhookDeclaration webhook) {
    OnFailure onFailure =
        webhook.statements().get(Attribute.ON_MUTATING_RULE_FAILURE).orElse(OnFailure.FAIL_CALL);
    var rules = new ArrayList<RuleDeclaration>();
    var reads = new ArrayList<List<Read>>();
    for (ClassDeclaration declaration : webhook.classes()) {
      List<Read> own = declaration.reads().stream().map(RuleClasses::read).toList();
      for (RuleDeclaration rule : declaration.rules()) {
        rules.add(rule);
        reads.add(own);
      }
    }
    List<String> names = RuleNames.of(rules);
    var definitions = new ArrayList<RuleDefinition>();
    for (int i = 0; i < rules.size(); i++) {
      definitions.add(definition(rules.get(i), names.get(i), reads.get(i), onFailure));
    }
    return new WebhookRegistration(webhook.name(), webhook.statements(), definitions);
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
      RuleDeclaration rule, String name, List<Read> reads, OnFailure webhookOnFailure) {
    var method = (Method) rule.method().origin();
    OnFailure onFailure = rule.onFailure() != null ? rule.onFailure() : webhookOnFailure;
    return new RuleDefinition(
        name,
        rule.phase(),
        rule.order(),
        RuleNames.full(rule),
        rule.match(),
        rule.phase() == Phase.MUTATING ? onFailure : OnFailure.FAIL_CALL,
        objectType(rule, method),
        rule.selfReviews(),
        reads,
        MethodRule.bind(
            rule,
            name,
            instanceOf.apply(method.getDeclaringClass()),
            reads.isEmpty() ? null : cluster));
  }

  private static @Nullable Class<?> objectType(RuleDeclaration rule, Method method) {
    int object = rule.arguments().indexOf(Argument.OBJECT);
    return object < 0 ? null : method.getParameterTypes()[object];
  }
}
