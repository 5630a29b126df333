package com.example.ingresses;

import static io.usher.testkit.AdmissionAssertions.assertThat;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import io.usher.testkit.ClusterFixture;
import io.usher.testkit.Requests;
import io.usher.testkit.WebhookUnderTest;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class IngressesTest {

  private static final String INGRESS =
      """
      apiVersion: networking.k8s.io/v1
      kind: Ingress
      metadata: {name: %s, namespace: %s}
      spec: {rules: [{host: shop.example.com}, {http: {paths: []}}]}
      """;

  private final ClusterFixture cluster =
      ClusterFixture.of(
          """
          {apiVersion: v1, kind: Namespace,
           metadata: {name: shop, labels: {example.com/team: checkout}}}
          """,
          "{apiVersion: v1, kind: Namespace, metadata: {name: nobodys}}",
          """
          apiVersion: v1
          kind: ConfigMap
          metadata: {name: cost-centres, namespace: finance}
          data: {checkout: CC-2}
          """,
          INGRESS.formatted("front", "shop"));

  private final WebhookUnderTest webhook =
      WebhookUnderTest.of(UniqueHosts.class, TeamOfNamespace.class, CostCentreOfTeam.class)
          .with(cluster);

  @Test
  void aHostThatIsTakenIsDenied() {
    assertThat(webhook.validate(Requests.create(INGRESS.formatted("other", "shop")).build()))
        .isDeniedWith(
            "the host shop.example.com is that of the Ingress front of the namespace shop");
  }

  @Test
  void theSameNameInAnotherNamespaceIsAnotherIngress() {
    assertThat(
            webhook.validate(
                Requests.create(INGRESS.formatted("front", "nobodys"))
                    .namespace("nobodys")
                    .build()))
        .isDenied();
  }

  @Test
  void anIngressKeepsItsOwnHost() {
    String front = INGRESS.formatted("front", "shop");
    assertThat(webhook.validate(Requests.update(front, front).namespace("shop").build()))
        .isAllowed();
  }

  @Test
  void anIngressGetsTheTeamOfItsNamespaceAndItsCostCentre() {
    assertThat(
            webhook.mutate(
                Requests.create(INGRESS.formatted("new", "shop")).namespace("shop").build()))
        .hasPatch(
            """
            - op: add
              path: /metadata/labels
              value:
                example.com/team: checkout
                example.com/cost-centre: CC-2
            """)
        .isIdempotent();
  }

  @Test
  void theTeamOnTheIngressCountsAndFinanceMayNotKnowIt() {
    String ingress =
        INGRESS.replace("namespace: %s", "namespace: %s, labels: {example.com/team: new}");

    assertThat(
            webhook.mutate(
                Requests.create(ingress.formatted("new", "shop")).namespace("shop").build()))
        .isUnchanged();
  }

  @Test
  void aNamespaceOfNoTeamGivesNone() {
    for (String namespace : new String[] {"nobodys", "unknown"}) {
      assertThat(
              webhook.mutate(
                  Requests.create(INGRESS.formatted("new", namespace))
                      .namespace(namespace)
                      .build()))
          .isUnchanged();
    }
  }

  @Test
  void anIngressThatWasThereBeforeGetsItLater() {
    var handlers = new TeamOfNamespace(cluster.lister(Namespace.class));
    var ingress =
        new IngressBuilder()
            .withNewMetadata()
            .withNamespace("shop")
            .addToLabels("app", "front")
            .endMetadata()
            .build();

    Map<String, String> labels = handlers.addTeamLater(ingress).getMetadata().getLabels();

    Assertions.assertThat(labels)
        .isEqualTo(Map.of("app", "front", TeamOfNamespace.TEAM, "checkout"));
  }
}
