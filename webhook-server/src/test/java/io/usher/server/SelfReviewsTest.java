package io.usher.server;

import static io.usher.admission.Operation.CREATE;
import static io.usher.webhook.RuleTarget.on;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.usher.engine.ClusterViews;
import io.usher.engine.ReviewLimits;
import io.usher.rule.Mutating;
import io.usher.rule.Webhook;
import io.usher.webhook.RuleTarget;
import io.usher.webhook.WebhookBuilder;
import io.usher.webhook.WebhookRegistration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class SelfReviewsTest {

  private final Set<String> called = ConcurrentHashMap.newKeySet();

  @Test
  void callRulesWhoseFiltersLetThemThrough() {
    var webhook = WebhookRegistration.named("self.example.com");
    rule(webhook, "all", on(Pod.class, CREATE));
    rule(webhook, "namespace", on(Pod.class, CREATE).namespaces("def*"));
    rule(webhook, "otherName", on(Pod.class, CREATE).names("db"));
    rule(webhook, "otherNames", on(Pod.class, CREATE).names("db-*"));
    rule(webhook, "otherNamespace", on(Pod.class, CREATE).namespaces("shop"));
    rule(webhook, "labels", on(Pod.class, CREATE).labels("app=web"));
    rule(webhook, "optsOut", on(Pod.class, CREATE).withoutSelfReviews());

    run(webhook.build());

    assertThat(called).containsExactlyInAnyOrder("all", "namespace");
  }

  @Webhook(name = "out.example.com")
  static final class OptsOut {

    private final Set<String> called;

    OptsOut() {
      this(Set.of());
    }

    OptsOut(Set<String> called) {
      this.called = called;
    }

    @Mutating(operations = CREATE)
    void callAgain(Pod pod) {
      called.add("in");
    }

    @Mutating(operations = CREATE, selfReviews = false)
    void callNever(Pod pod) {
      called.add("out");
    }
  }

  @Test
  void leaveOutMethodsThatOptOut() {
    run(WebhookRegistration.fromInstances(List.of(new OptsOut(called))).get(0));

    assertThat(called).containsExactly("in");
  }

  private void rule(WebhookBuilder webhook, String name, RuleTarget<Pod> target) {
    webhook.editing(name, target, (pod, context) -> called.add(name));
  }

  private static void run(WebhookRegistration webhook) {
    new SelfReviews(List.of(webhook), ReviewLimits.DEFAULT, ClusterViews.NONE).run(20);
  }
}
