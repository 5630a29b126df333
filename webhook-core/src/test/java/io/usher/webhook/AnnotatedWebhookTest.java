package io.usher.webhook;

import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.DELETE;
import static io.usher.admission.Operation.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.usher.admission.AdmissionRequest;
import io.usher.patch.JsonPatch;
import io.usher.rule.Decision;
import io.usher.rule.FailurePolicy;
import io.usher.rule.LabelSelector;
import io.usher.rule.MatchCondition;
import io.usher.rule.MatchPolicy;
import io.usher.rule.Mutating;
import io.usher.rule.OldObject;
import io.usher.rule.OnFailure;
import io.usher.rule.Phase;
import io.usher.rule.ReinvocationPolicy;
import io.usher.rule.ResourceMatch;
import io.usher.rule.RuleContext;
import io.usher.rule.RuleDefinition;
import io.usher.rule.RuleMatch;
import io.usher.rule.Scope;
import io.usher.rule.SideEffects;
import io.usher.rule.Validating;
import io.usher.rule.Webhook;
import io.usher.webhook.WebhookRegistration.Condition;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnnotatedWebhookTest {

  @Webhook(name = "defaults.example.com", validatingFailurePolicy = FailurePolicy.FAIL)
  static class Defaults {
    @Mutating(operations = CREATE)
    void edit(Pod pod) {}

    @Validating(operations = CREATE)
    void judge(Pod pod) {}
  }

  @Test
  void unstatedAttributesHaveTheirDefaults() {
    WebhookRegistration webhook = only(Defaults.class);

    assertThat(webhook.name()).isEqualTo("defaults.example.com");
    assertThat(webhook.order()).isZero();
    assertThat(webhook.path(Phase.MUTATING)).isEqualTo("/mutate/defaults.example.com");
    assertThat(webhook.path(Phase.VALIDATING)).isEqualTo("/validate/defaults.example.com");
    assertThat(webhook.failurePolicy(Phase.MUTATING)).isEqualTo(FailurePolicy.IGNORE);
    assertThat(webhook.failurePolicy(Phase.VALIDATING)).isEqualTo(FailurePolicy.FAIL);
    assertThat(webhook.timeoutSeconds()).isEqualTo(5);
    assertThat(webhook.matchPolicy()).isEqualTo(MatchPolicy.EQUIVALENT);
    assertThat(webhook.sideEffects()).isEqualTo(SideEffects.NONE);
    assertThat(webhook.reinvocationPolicy()).isEqualTo(ReinvocationPolicy.IF_NEEDED);
    assertThat(webhook.namespaceSelector()).isEqualTo(LabelSelector.EVERYTHING);
    assertThat(webhook.objectSelector()).isEqualTo(LabelSelector.EVERYTHING);
    assertThat(webhook.matchConditions()).isEmpty();
    RuleDefinition rule = webhook.rules(Phase.MUTATING).get(0);
    assertThat(rule.order()).isZero();
    assertThat(rule.onFailure()).isEqualTo(OnFailure.FAIL_CALL);
    assertThat(rule.match())
        .isEqualTo(
            new RuleMatch(
                EnumSet.of(CREATE),
                List.of(new ResourceMatch("", "v1", "pods", "")),
                Scope.ANY,
                List.of(),
                List.of(),
                LabelSelector.EVERYTHING));
  }

  @Webhook(
      name = "all.example.com",
      order = 7,
      mutatingFailurePolicy = FailurePolicy.FAIL,
      validatingFailurePolicy = FailurePolicy.IGNORE,
      onMutatingRuleFailure = OnFailure.SKIP_RULE,
      timeoutSeconds = 30,
      matchPolicy = MatchPolicy.EXACT,
      sideEffects = SideEffects.NONE_ON_DRY_RUN,
      reinvocationPolicy = ReinvocationPolicy.NEVER,
      matchConditions = {
        @MatchCondition(name = "one", expression = "true"),
        @MatchCondition(name = "two", expression = "object.metadata.name != ''")
      },
      namespaceSelector = "team=shop",
      objectSelector = "!legacy")
  static class Everything {
    @Mutating(
        operations = {CREATE, UPDATE},
        subresources = {"status", "ephemeralcontainers"},
        scope = Scope.NAMESPACED,
        order = -3,
        namespaces = "team-*",
        names = "web-*",
        labels = "app=web",
        onFailure = OnFailure.FAIL_CALL)
    void edit(Pod pod) {}

    @Mutating(operations = UPDATE)
    void editToo(Pod pod) {}
  }

  @Test
  void statedAttributesAreKept() {
    WebhookRegistration webhook = only(Everything.class);

    assertThat(webhook.order()).isEqualTo(7);
    assertThat(webhook.failurePolicy(Phase.MUTATING)).isEqualTo(FailurePolicy.FAIL);
    assertThat(webhook.failurePolicy(Phase.VALIDATING)).isEqualTo(FailurePolicy.IGNORE);
    assertThat(webhook.timeoutSeconds()).isEqualTo(30);
    assertThat(webhook.matchPolicy()).isEqualTo(MatchPolicy.EXACT);
    assertThat(webhook.sideEffects()).isEqualTo(SideEffects.NONE_ON_DRY_RUN);
    assertThat(webhook.reinvocationPolicy()).isEqualTo(ReinvocationPolicy.NEVER);
    assertThat(webhook.namespaceSelector()).isEqualTo(LabelSelector.parse("team=shop"));
    assertThat(webhook.objectSelector()).isEqualTo(LabelSelector.parse("!legacy"));
    assertThat(webhook.matchConditions())
        .containsExactly(
            new Condition("one", "true"), new Condition("two", "object.metadata.name != ''"));
    assertThat(webhook.has(Phase.MUTATING)).isTrue();
    assertThat(webhook.has(Phase.VALIDATING)).isFalse();
    assertThat(webhook.rules(Phase.MUTATING))
        .extracting(RuleDefinition::onFailure)
        .containsExactlyInAnyOrder(OnFailure.FAIL_CALL, OnFailure.SKIP_RULE);
    RuleDefinition edit = rule(webhook, "AnnotatedWebhookTest.Everything.edit");
    assertThat(edit.order()).isEqualTo(-3);
    assertThat(edit.match())
        .isEqualTo(
            new RuleMatch(
                EnumSet.of(CREATE, UPDATE),
                List.of(
                    new ResourceMatch("", "v1", "pods", ""),
                    new ResourceMatch("", "v1", "pods", "status"),
                    new ResourceMatch("", "v1", "pods", "ephemeralcontainers")),
                Scope.NAMESPACED,
                List.of("team-*"),
                List.of("web-*"),
                LabelSelector.parse("app=web")));
  }

  @Webhook(name = "order.example.com", order = 5)
  static class Last {
    @Mutating(operations = CREATE, order = 2)
    void a(Pod pod) {}
  }

  @Webhook(name = "order.example.com")
  static class First {
    @Mutating(operations = CREATE, order = 1)
    void z(Pod pod) {}

    @Mutating(operations = CREATE, order = 2)
    void b(Pod pod) {}

    @Mutating(operations = CREATE, order = 2)
    void b(Deployment deployment) {}
  }

  @Webhook(name = "before.example.com", order = 4)
  static class Before {
    @Mutating(operations = CREATE)
    void a(Pod pod) {}
  }

  @Webhook(name = "a-tie.example.com", order = 5)
  static class Tie {
    @Mutating(operations = CREATE)
    void a(Pod pod) {}
  }

  @Test
  void webhooksComeByOrderThenName() {
    var webhooks =
        WebhookRegistration.fromClasses(List.of(Last.class, Tie.class, First.class, Before.class));

    assertThat(webhooks)
        .extracting(WebhookRegistration::name)
        .containsExactly("before.example.com", "a-tie.example.com", "order.example.com");
  }

  @Test
  void classesOfOneNameJoinAndOverloadsAreToldApart() {
    WebhookRegistration webhook = only(Last.class, First.class);

    assertThat(webhook.order()).isEqualTo(5);
    assertThat(webhook.rules(Phase.MUTATING))
        .extracting(RuleDefinition::name, RuleDefinition::order, RuleDefinition::tieBreak)
        .containsExactlyInAnyOrder(
            tuple("AnnotatedWebhookTest.First.z", 1, First.class, "z(" + Pod.class.getName() + ")"),
            tuple(
                "AnnotatedWebhookTest.First.b(Deployment)",
                2,
                First.class,
                "b(" + Deployment.class.getName() + ")"),
            tuple(
                "AnnotatedWebhookTest.First.b(Pod)",
                2,
                First.class,
                "b(" + Pod.class.getName() + ")"),
            tuple("AnnotatedWebhookTest.Last.a", 2, Last.class, "a(" + Pod.class.getName() + ")"));
  }

  private static org.assertj.core.groups.Tuple tuple(
      String name, int order, Class<?> type, String signature) {
    return org.assertj.core.groups.Tuple.tuple(name, order, type.getName() + "." + signature);
  }

  @Webhook(name = "order.example.com", order = 6, timeoutSeconds = 3)
  static class Contrary {
    @Mutating(operations = CREATE)
    void a(Pod pod) {}
  }

  @Test
  void conflictingStatementsNameBothClassesAndValues() {
    assertThatThrownBy(
            () ->
                WebhookRegistration.fromClasses(
                    List.of(Last.class, Contrary.class), type -> type.getSimpleName() + ".jar"))
        .isInstanceOf(InvalidWebhookException.class)
        .hasMessage(
            "webhook order.example.com: order is 5 in "
                + Last.class.getName()
                + " (Last.jar) and 6 in "
                + Contrary.class.getName()
                + " (Contrary.jar); state it in one of them, or the same in both");
  }

  @Test
  void oneClassTwiceIsAnError() {
    assertThatThrownBy(() -> WebhookRegistration.fromClasses(List.of(Before.class, Before.class)))
        .isInstanceOf(InvalidWebhookException.class)
        .hasMessageContaining("webhook before.example.com: rule " + Before.class.getName() + ".a(");
  }

  @Webhook(name = "parameters.example.com", validatingFailurePolicy = FailurePolicy.FAIL)
  static class Parameters {
    static List<Object> seen = List.of();

    @Validating(operations = {UPDATE, DELETE})
    Decision all(RuleContext context, @OldObject Pod old, AdmissionRequest request, Pod pod) {
      seen = List.of(context, old, request, pod);
      return Decision.deny("no");
    }
  }

  @Test
  void parametersComeInAnyOrder() throws Exception {
    var pod = new Pod();
    var old = new PodBuilder().withNewMetadata().withName("old").endMetadata().build();
    var context = new FixedContext(pod, old);
    RuleDefinition rule = only(Parameters.class).rules(Phase.VALIDATING).get(0);

    assertThat(rule.rule().apply(context)).isEqualTo(Decision.deny("no"));
    assertThat(Parameters.seen).containsExactly(context, old, FixedContext.REQUEST, pod);
    assertThat(rule.objectType()).isEqualTo(Pod.class);
  }

  @Webhook(name = "results.example.com")
  static class Results {
    static final ObjectNode TREE = JsonNodeFactory.instance.objectNode();
    static final Pod POD = new Pod();
    static ClassLoader contextLoader;

    @Mutating(operations = CREATE)
    void nothing(Pod pod) {
      contextLoader = Thread.currentThread().getContextClassLoader();
    }

    @Mutating(operations = CREATE)
    Decision decision(Pod pod) {
      return Decision.mergePatch(TREE);
    }

    @Mutating(operations = CREATE)
    Pod typed(Pod pod) {
      return POD;
    }

    @Mutating(operations = CREATE, resource = "pods")
    JsonNode tree(ObjectNode pod) {
      return TREE;
    }

    @Mutating(operations = CREATE, resource = "pods")
    Pod noObject() {
      return POD;
    }

    @Mutating(operations = CREATE)
    Pod noPod(Pod pod) {
      return null;
    }

    @Mutating(operations = CREATE)
    Decision noDecision(Pod pod) {
      return null;
    }

    @Mutating(operations = CREATE)
    JsonPatch noPatch(Pod pod) throws Exception {
      throw new java.io.IOException("directory is away");
    }
  }

  @Test
  void resultsBecomeDecisions() throws Exception {
    assertThat(apply("nothing", Results.POD)).isEqualTo(Decision.allow());
    assertThat(apply("decision", Results.POD)).isEqualTo(Decision.mergePatch(Results.TREE));
    assertThat(apply("typed", Results.POD)).isEqualTo(Decision.replace(Results.POD));
    assertThat(apply("tree", Results.TREE)).isEqualTo(Decision.replace(Results.TREE));
    assertThat(apply("noObject", null)).isEqualTo(Decision.replace(Results.POD));
  }

  @Test
  void nullWhereAValueIsDueFailsTheRule() {
    assertThatThrownBy(() -> apply("noDecision", Results.POD))
        .hasMessage(
            "rule AnnotatedWebhookTest.Results.noDecision returned null; return Decision.allow()");
    assertThatThrownBy(() -> apply("noPod", Results.POD))
        .hasMessage(
            "rule AnnotatedWebhookTest.Results.noPod returned null; return what the object is to"
                + " be");
  }

  @Test
  void whatARuleThrowsComesThroughAsItIs() {
    assertThatThrownBy(() -> apply("noPatch", Results.POD))
        .isExactlyInstanceOf(java.io.IOException.class)
        .hasMessage("directory is away");
  }

  @Test
  void contextClassLoaderIsTheRulesWhileItRuns() throws Exception {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try {
      thread.setContextClassLoader(null);
      apply("nothing", Results.POD);
      assertThat(thread.getContextClassLoader()).isNull();
    } finally {
      thread.setContextClassLoader(before);
    }
    assertThat(Results.contextLoader).isSameAs(Results.class.getClassLoader());
  }

  @Webhook(name = "given.example.com")
  static class Given {
    private final String collaborator;

    Given(String collaborator) {
      this.collaborator = collaborator;
    }

    @Mutating(operations = CREATE, resource = "pods")
    void warn(RuleContext context) {
      context.warn(collaborator);
    }
  }

  @Test
  void givenInstancesAreCalled() throws Exception {
    var webhooks = WebhookRegistration.fromInstances(List.of(new Given("me")));
    var context = new FixedContext(null, null);

    webhooks.get(0).rules(Phase.MUTATING).get(0).rule().apply(context);

    assertThat(context.warnings).containsExactly("me");
    assertThat(context.asked).isEmpty();
  }

  @Webhook(name = "broken.example.com")
  static class Broken {
    Broken() {
      throw new IllegalArgumentException("no directory");
    }

    @Mutating(operations = CREATE)
    void a(Pod pod) {}
  }

  @Test
  void failingConstructorIsNamed() {
    assertThatThrownBy(
            () -> WebhookRegistration.fromClasses(List.of(Broken.class), type -> "b.jar"))
        .hasMessage(
            "b.jar: the constructor of "
                + Broken.class.getName()
                + " failed: java.lang.IllegalArgumentException: no directory")
        .hasRootCauseMessage("no directory");
  }

  @Webhook(name = "broken.example.com")
  static class BrokenAtStart {
    static final int PORT = Integer.parseInt("eighty");

    @Mutating(operations = CREATE)
    void a(Pod pod) {}
  }

  @Test
  void failingInitialiserIsNamed() {
    assertThatThrownBy(
            () -> WebhookRegistration.fromClasses(List.of(BrokenAtStart.class), type -> "b.jar"))
        .isInstanceOf(InvalidWebhookException.class)
        .hasMessage(
            "b.jar: "
                + BrokenAtStart.class.getName()
                + " can't be initialised: java.lang.NumberFormatException: For input string:"
                + " \"eighty\"");
  }

  private static Decision apply(String method, Object object) throws Exception {
    return rule(only(Results.class), "AnnotatedWebhookTest.Results." + method)
        .rule()
        .apply(new FixedContext(object, null));
  }

  private static WebhookRegistration only(Class<?>... classes) {
    List<WebhookRegistration> webhooks = WebhookRegistration.fromClasses(List.of(classes));
    assertThat(webhooks).hasSize(1);
    return webhooks.get(0);
  }

  private static RuleDefinition rule(WebhookRegistration webhook, String name) {
    return webhook.rules(Phase.MUTATING).stream()
        .filter(rule -> rule.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
