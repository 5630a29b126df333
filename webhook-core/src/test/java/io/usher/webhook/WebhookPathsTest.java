package io.usher.webhook;

import static io.usher.webhook.RuleTarget.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.rule.Mutating;
import io.usher.rule.Phase;
import io.usher.rule.Webhook;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookPathsTest {

  @Test
  void pathsAreOfTheNameUnlessTheyAreStated() {
    var webhook = WebhookRegistration.fromClasses(List.of(Replacing.class)).get(0);
    assertThat(webhook.path(Phase.MUTATING)).isEqualTo("/mutate-v1-pod");
    assertThat(webhook.path(Phase.VALIDATING)).isEqualTo("/validate/replacing.example.com");
  }

  @Test
  void aChosenPathCountsBeforeTheStatedOne() {
    var webhook = WebhookRegistration.fromClasses(List.of(Replacing.class)).get(0);
    var other = webhook.withPath(Phase.MUTATING, "/");
    assertThat(other.path(Phase.MUTATING)).isEqualTo("/");
    assertThat(other.rules(Phase.MUTATING)).isEqualTo(webhook.rules(Phase.MUTATING));
    assertThat(webhook.path(Phase.MUTATING)).isEqualTo("/mutate-v1-pod");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mutate", "//", "/a//b", "/Mutate", "/a?b", "/a/../b", "/a b", "/é"})
  void pathsThatNoApiServerCallsAreRefused(String path) {
    assertThatThrownBy(() -> named("a").mutatingPath(path).build())
        .isInstanceOf(InvalidWebhookException.class)
        .hasMessageContaining("mutatingPath \"" + path + "\" is no path that an API server calls");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/livez", "/readyz", "/metrics"})
  void theServersOwnPathsAreRefused(String path) {
    assertThatThrownBy(() -> named("a").validatingPath(path).build())
        .hasMessageContaining("is a path of the server's own; choose another");
  }

  @Test
  void onePathOfTwoWebhooksIsRefused() {
    var webhooks =
        List.of(named("a").mutatingPath("/m").build(), named("b").mutatingPath("/m").build());
    assertThatThrownBy(() -> WebhookRegistration.checkPaths(webhooks))
        .hasMessage(
            "/m is the mutatingPath of a.example.com and the mutatingPath of b.example.com; choose"
                + " another for one of them");
  }

  private static WebhookBuilder named(String name) {
    return WebhookRegistration.named(name + ".example.com")
        .editing(
            "label", on(ObjectNode.class, Operation.CREATE).resource("pods"), (pod, context) -> {});
  }

  @Webhook(name = "replacing.example.com", mutatingPath = "/mutate-v1-pod")
  static final class Replacing {

    @Mutating(operations = Operation.CREATE, resource = "pods")
    void label(ObjectNode pod) {}
  }
}
