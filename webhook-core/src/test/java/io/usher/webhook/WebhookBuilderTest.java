package io.usher.webhook;

import static io.usher.admission.Operation.CREATE;
import static io.usher.admission.Operation.UPDATE;
import static io.usher.webhook.RuleTarget.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.usher.rule.Decision;
import io.usher.rule.FailurePolicy;
import io.usher.rule.LabelSelector;
import io.usher.rule.MatchPolicy;
import io.usher.rule.OnFailure;
import io.usher.rule.Phase;
import io.usher.rule.ReinvocationPolicy;
import io.usher.rule.ResourceMatch;
import io.usher.rule.RuleContext;
import io.usher.rule.RuleDefinition;
import io.usher.rule.RuleMatch;
import io.usher.rule.Scope;
import io.usher.rule.SideEffects;
import io.usher.webhook.WebhookRegistration.Condition;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebhookBuilderTest {

  @Test
  void lambdasAreRules() throws Exception {
    WebhookRegistration webhook =
        WebhookRegistration.named("labeler.example.com")
            .editing(
                "add-name",
                on(Pod.class, CREATE, UPDATE).order(3),
                (pod, context) -> pod.setMetadata(new ObjectMeta()))
            .mutating("refuse", on(Deployment.class, CREATE), (d, context) -> Decision.deny("no"))
            .mutating("look", on(Pod.class, CREATE), context -> Decision.deny("unseen"))
            .validating(
                "judge", on(Pod.class, CREATE), (Pod pod, RuleContext context) -> Decision.allow())
            .validating("glance", on(Pod.class, CREATE), context -> Decision.allow())
            .validatingFailurePolicy(FailurePolicy.FAIL)
            .build();

    var pod = new Pod();
    var context = new FixedContext(pod, null);
    assertThat(rule(webhook, "add-name").rule().apply(context)).isEqualTo(Decision.allow());
    assertThat(pod.getMetadata()).isNotNull();
    assertThat(context.asked).containsExactly(Pod.class);
    assertThat(rule(webhook, "refuse").rule().apply(new FixedContext(new Deployment(), null)))
        .isEqualTo(Decision.deny("no"));
    assertThat(rule(webhook, "look").rule().apply(new FixedContext(null, null)))
        .isEqualTo(Decision.deny("unseen"));
    assertThat(webhook.rules(Phase.MUTATING))
        .extracting(RuleDefinition::name, RuleDefinition::order, RuleDefinition::objectType)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("add-name", 3, Pod.class),
            org.assertj.core.groups.Tuple.tuple("refuse", 0, Deployment.class),
            org.assertj.core.groups.Tuple.tuple("look", 0, null));
    assertThat(webhook.rules(Phase.VALIDATING))
        .extracting(RuleDefinition::name)
        .containsExactlyInAnyOrder("judge", "glance");
  }

  @Test
  void attributesAreThoseOfTheAnnotations() {
    WebhookRegistration webhook =
        WebhookRegistration.named("all.example.com")
            .order(7)
            .mutatingFailurePolicy(FailurePolicy.FAIL)
            .validatingFailurePolicy(FailurePolicy.IGNORE)
            .onMutatingRuleFailure(OnFailure.SKIP_RULE)
            .timeoutSeconds(1)
            .matchPolicy(MatchPolicy.EXACT)
            .sideEffects(SideEffects.NONE_ON_DRY_RUN)
            .reinvocationPolicy(ReinvocationPolicy.NEVER)
            .namespaceSelector("team=shop")
            .objectSelector("!legacy")
            .matchCondition("one", "true")
            .editing(
                "edit",
                on(ObjectNode.class, CREATE)
                    .resource("pods")
                    .scope(Scope.NAMESPACED)
                    .namespaces("team-*")
                    .names("web-*")
                    .labels("app=web")
                    .onFailure(OnFailure.FAIL_CALL),
                (tree, context) -> {})
            .editing("skip", on(Pod.class, CREATE), (pod, context) -> {})
            .build();

    assertThat(webhook.order()).isEqualTo(7);
    assertThat(webhook.failurePolicy(Phase.MUTATING)).isEqualTo(FailurePolicy.FAIL);
    assertThat(webhook.failurePolicy(Phase.VALIDATING)).isEqualTo(FailurePolicy.IGNORE);
    assertThat(webhook.timeoutSeconds()).isEqualTo(1);
    assertThat(webhook.matchPolicy()).isEqualTo(MatchPolicy.EXACT);
    assertThat(webhook.sideEffects()).isEqualTo(SideEffects.NONE_ON_DRY_RUN);
    assertThat(webhook.reinvocationPolicy()).isEqualTo(ReinvocationPolicy.NEVER);
    assertThat(webhook.namespaceSelector()).isEqualTo(LabelSelector.parse("team=shop"));
    assertThat(webhook.objectSelector()).isEqualTo(LabelSelector.parse("!legacy"));
    assertThat(webhook.matchConditions()).containsExactly(new Condition("one", "true"));
    assertThat(rule(webhook, "skip").onFailure()).isEqualTo(OnFailure.SKIP_RULE);
    assertThat(rule(webhook, "edit").onFailure()).isEqualTo(OnFailure.FAIL_CALL);
    assertThat(rule(webhook, "edit").match())
        .isEqualTo(
            new RuleMatch(
                EnumSet.of(CREATE),
                List.of(new ResourceMatch("", "v1", "pods", "")),
                Scope.NAMESPACED,
                List.of("team-*"),
                List.of("web-*"),
                LabelSelector.parse("app=web")));
  }

  @Test
  void initializerAsksMutatorsForUpdateAndThoseThatSaySo() {
    WebhookRegistration webhook =
        WebhookRegistration.named("all.example.com")
            .namespaceSelector("team=shop")
            .editing("both", on(Pod.class, CREATE, UPDATE), (pod, context) -> {})
            .editing("create", on(Pod.class, CREATE), (pod, context) -> {})
            .editing("stated", on(Pod.class, CREATE).initialize(), (pod, context) -> {})
            .validating("judge", on(Pod.class, UPDATE), context -> Decision.allow())
            .validatingFailurePolicy(FailurePolicy.FAIL)
            .build()
            .initializing();

    assertThat(webhook.name()).isEqualTo("all.example.com");
    assertThat(webhook.namespaceSelector()).isEqualTo(LabelSelector.parse("team=shop"));
    assertThat(webhook.rules(Phase.MUTATING))
        .extracting(RuleDefinition::name)
        .containsExactly("both", "stated");
    assertThat(webhook.rules(Phase.MUTATING))
        .allSatisfy(rule -> assertThat(rule.match().operations()).containsExactly(UPDATE));
    assertThat(webhook.has(Phase.VALIDATING)).isFalse();
  }

  @Test
  void everyMisuseIsTold() {
    var builder =
        WebhookRegistration.named("labeler")
            .timeoutSeconds(0)
            .validating(
                "judge",
                on(Pod.class, CREATE).onFailure(OnFailure.SKIP_RULE).initialize(),
                context -> Decision.allow())
            .editing("edit", on(String.class, CREATE), (text, context) -> {})
            .editing("edit", on(ObjectNode.class, CREATE), (tree, context) -> {});

    assertThatThrownBy(builder::build)
        .isInstanceOf(InvalidWebhookException.class)
        .hasMessage(
            """
            webhook labeler: judge: validates, so onFailure is not for it; leave it out
            webhook labeler: judge: validates, so initialize is not for it; leave it out
            webhook labeler: two rules are named "edit"; give each a name of its own
            webhook labeler: the webhook's name "labeler" is not fully qualified; write three or \
            more DNS labels, "labeler.example.com"
            webhook labeler: timeoutSeconds = 0 is not from 1 to 30; write one of those, 5 or less \
            if it will do
            webhook labeler: has validating rules, but not what a failed call means; add \
            .validatingFailurePolicy(FAIL) or (IGNORE)
            webhook labeler: edit: ObjectNode fits every resource; name the one meant, as in \
            resource = "deployments.apps\"""");
  }

  @Test
  void typesThatAreNoResourcesAreRefused() {
    var builder =
        WebhookRegistration.named("labeler.example.com")
            .editing("edit", on(String.class, CREATE), (text, context) -> {});

    assertThatThrownBy(builder::build)
        .hasMessageStartingWith(
            "webhook labeler.example.com: edit: java.lang.String is no resource; take a fabric8"
                + " model such as Pod");
  }

  @Test
  void webhookWithoutRulesIsRefused() {
    assertThatThrownBy(() -> WebhookRegistration.named("labeler.example.com").build())
        .hasMessage(
            "webhook labeler.example.com: has no rules and no handlers; add one with .editing,"
                + " .mutating, .validating, .converting, .handling, .authenticating or"
                + " .authorizing");
  }

  private static RuleDefinition rule(WebhookRegistration webhook, String name) {
    return webhook.rules(Phase.MUTATING).stream()
        .filter(rule -> rule.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
