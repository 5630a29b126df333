package com.example.ingresses;

import static io.usher.testkit.AdmissionAssertions.assertThat;

import io.usher.testkit.ClusterFixture;
import io.usher.testkit.Requests;
import io.usher.testkit.WebhookUnderTest;
import org.junit.jupiter.api.Test;

class IngressesTest {

  private static final String INGRESS =
      """
      apiVersion: networking.k8s.io/v1
      kind: Ingress
      metadata: {name: %s, namespace: %s}
      spec: {rules: [{host: shop.example.com}, {http: {paths: []}}]}
      """;

  private final WebhookUnderTest webhook =
      WebhookUnderTest.of(UniqueHosts.class, TeamOfNamespace.class)
          .with(
              ClusterFixture.of(
                  """
                  {apiVersion: v1, kind: Namespace,
                   metadata: {name: shop, labels: {example.com/team: checkout}}}
                  """,
                  "{apiVersion: v1, kind: Namespace, metadata: {name: nobodys}}",
                  INGRESS.formatted("front", "shop")));

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
  void anIngressGetsTheTeamOfItsNamespace() {
    assertThat(
            webhook.mutate(
                Requests.create(INGRESS.formatted("new", "shop")).namespace("shop").build()))
        .hasPatch(
            """
            [{"op": "add", "path": "/metadata/labels", "value": {"example.com/team": "checkout"}}]
            """)
        .isIdempotent();
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
}
