package io.usher.testkit.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What comes of a request is the same however the server reaches the rules. */
class RulesIT {

  private static ConfigMap map(String name, Map<String, String> labels) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .withLabels(labels)
        .endMetadata()
        .build();
  }

  private static String labelsOrError(KubernetesClient client, ConfigMap map) {
    try {
      return map.getMetadata().getName()
          + " "
          + client.resource(map).create().getMetadata().getLabels();
    } catch (KubernetesClientException e) {
      return map.getMetadata().getName() + " " + e.getCode() + " " + e.getStatus().getMessage();
    }
  }

  @ParameterizedTest
  @EnumSource(WebhookTransport.class)
  void rulesDecideByTheirRegistration(WebhookTransport transport) {
    try (ApiServer server =
            ApiServer.start(options -> options.rules(new TeamRules()).webhooks(transport));
        KubernetesClient client = SingleTries.clientOf(server)) {
      var outcomes = new ArrayList<String>();
      for (ConfigMap each :
          List.of(
              map("patched", Map.of()),
              map("selected-out", Map.of("team", "none")),
              map("left-out", Map.of()),
              map("mutator-fails", Map.of()),
              map("denied", Map.of()),
              map("validator-fails", Map.of()))) {
        outcomes.add(labelsOrError(client, each));
      }
      assertThat(outcomes)
          .containsExactly(
              "patched {team=red}",
              "selected-out {team=none}",
              "left-out {}",
              "mutator-fails {}",
              "denied 422 admission webhook \"team.example.com\" denied the request: this map is"
                  + " denied",
              "validator-fails 500 Internal error occurred: failed calling webhook"
                  + " \"team.example.com\": failed to call webhook: an error on the server"
                  + " (\"rule TeamRules.check failed\") has prevented the request from succeeding");
    }
  }

  @ParameterizedTest
  @EnumSource(WebhookTransport.class)
  void registrationIsAnObjectThatATestCanTakeAway(WebhookTransport transport) {
    try (ApiServer server =
        ApiServer.start(options -> options.rules(TeamRules.class).webhooks(transport))) {
      var webhooks = server.client().admissionRegistration().v1();
      assertThat(webhooks.mutatingWebhookConfigurations().withName("usher").get().getWebhooks())
          .singleElement()
          .satisfies(
              webhook -> {
                assertThat(webhook.getName()).isEqualTo("team.example.com");
                assertThat(webhook.getClientConfig().getCaBundle()).isNotEmpty();
              });
      webhooks.validatingWebhookConfigurations().withName("usher").delete();
      server.client().resource(map("denied", Map.of())).create();
    }
  }

  @ParameterizedTest
  @EnumSource(WebhookTransport.class)
  void rulesOfJarsAreCalledBesideThoseOfClasses(WebhookTransport transport) {
    Path jar = Path.of("..", "webhook-sample-labeler", "target", "classes");
    try (ApiServer server =
        ApiServer.start(
            options -> options.ruleJars(jar).rules(TeamRules.class).webhooks(transport))) {
      server.apply(
          "{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {example.com/team:"
              + " shop}}}");
      assertThat(labelsOrError(server.client(), map("patched", Map.of())))
          .isEqualTo("patched {team=red}");
    }
  }

  @ParameterizedTest
  @EnumSource(WebhookTransport.class)
  void ruleThatCannotBeRegisteredIsNamed(WebhookTransport transport) {
    assertThatThrownBy(
            () -> ApiServer.start(options -> options.rules(String.class).webhooks(transport)))
        .hasMessage("String: has neither @Webhook nor rules; pass classes that have");
  }
}
