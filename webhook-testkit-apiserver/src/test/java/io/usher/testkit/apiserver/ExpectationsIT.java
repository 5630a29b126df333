package io.usher.testkit.apiserver;

import static io.usher.testkit.apiserver.DeniedBy.policy;
import static io.usher.testkit.apiserver.DeniedBy.webhook;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is expected of policies and webhooks, and each way in which it does not come. */
class ExpectationsIT {

  private static final String UNOWNED =
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: made}, data: {text: %s}}";
  private static final String OWNED =
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: made, annotations: {owner: me}}}";
  private static final String NAMED =
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s, annotations: {owner: me}}}";
  private static final String FROZEN =
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: made, finalizers: [example.com/held],"
          + " annotations: {owner: me}}, data: {frozen: 'yes', text: a}}";
  private static final String SECRET = "{apiVersion: v1, kind: Secret, metadata: {name: made}}";

  private static ApiServer server;

  @BeforeAll
  static void start() {
    server =
        ApiServer.start(
            options ->
                options
                    .rules(TeamRules.class)
                    .webhooks(WebhookTransport.IN_PROCESS)
                    .manifests(ExpectationsIT.class, "policies.yaml"));
    // A role counts a moment after it was written.
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .untilAsserted(() -> server.clientOf("jane", "editors").configMaps().list());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void denialOfThePolicyIsWhatTheClientIsTold() {
    assertThat(server.expectDenied(policy("no-a"), UNOWNED.formatted("a")))
        .isEqualTo(
            "configmaps \"made\" is forbidden: ValidatingAdmissionPolicy 'no-a' with binding 'no-a'"
                + " denied request: a is not for you");
  }

  @Test
  void denialOfOneObjectIsEnough() {
    assertThat(server.expectDenied(policy("no-a"), OWNED + "\n---\n" + UNOWNED.formatted("a")))
        .endsWith("a is not for you");
  }

  @Test
  void admittedObjectFails() {
    assertThatThrownBy(() -> server.expectDenied(policy("no-a"), UNOWNED.formatted("b")))
        .isInstanceOf(AssertionError.class)
        .hasMessage("policy no-a was expected to deny it, and it is admitted");
  }

  @Test
  void denialOfAnotherPolicyFails() {
    assertThatThrownBy(() -> server.expectDenied(policy("no"), UNOWNED.formatted("a")))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("policy no was expected to deny it, and it is refused: ")
        .hasMessageEndingWith("'no-a' denied request: a is not for you");
  }

  @Test
  void denialOfAWebhookIsNoneOfAPolicy() {
    String denied = NAMED.formatted("denied");
    String told = "admission webhook \"team.example.com\" denied the request: this map is denied";

    assertThat(server.expectDenied(webhook("team.example.com"), denied)).isEqualTo(told);
    assertThatThrownBy(() -> server.expectDenied(policy("no-a"), denied))
        .isInstanceOf(AssertionError.class)
        .hasMessage("policy no-a was expected to deny it, and it is refused: " + told);
    assertThatThrownBy(() -> server.expectDenied(webhook("other.example.com"), denied))
        .isInstanceOf(AssertionError.class)
        .hasMessageEndingWith(told);
    assertThatThrownBy(
            () -> server.expectDenied(webhook("team.example.com"), UNOWNED.formatted("a")))
        .isInstanceOf(AssertionError.class)
        .hasMessageEndingWith("a is not for you");
  }

  @Test
  void failureOfAWebhookIsNoDenial() {
    assertThatThrownBy(
            () ->
                server.expectDenied(
                    webhook("team.example.com"), NAMED.formatted("validator-fails")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("failed calling webhook \"team.example.com\"");
  }

  @Test
  void objectThatIsInvalidIsDeniedByNobody() {
    assertThatThrownBy(() -> server.expectDenied(policy("no-a"), NAMED.formatted("B")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("it is refused: ConfigMap \"B\" is invalid: metadata.name:");
  }

  @Test
  void mutatingPolicyThatFailsDenies() {
    assertThat(server.expectDenied(policy("upper"), SECRET))
        .startsWith("policy 'upper' with binding 'upper' denied request: ")
        .endsWith("no such key: annotations");
    assertThat(
            server.expectDenied(
                policy("unfit"),
                "{apiVersion: v1, kind: Service, metadata: {name: made}, spec: {ports: [{port: 1}]}}"))
        .startsWith("policy \"unfit\" denied request: failed to configure policy: ");
  }

  @Test
  void refusedObjectIsNotAdmitted() {
    server.expectAdmitted(OWNED);
    assertThatThrownBy(() -> server.expectAdmitted(OWNED + "\n---\n" + SECRET))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(
            "it was expected to be admitted, and it is refused: policy 'upper' with binding");
  }

  @Test
  void warningIsThePolicys() {
    assertThat(server.expectWarned(policy("owner"), UNOWNED.formatted("b")))
        .isEqualTo(
            "Validation failed for ValidatingAdmissionPolicy 'owner' with binding 'owner': name an"
                + " owner");
    assertThatThrownBy(() -> server.expectWarned(policy("owner"), OWNED))
        .isInstanceOf(AssertionError.class)
        .hasMessage("policy owner was expected to warn, and the warnings are: []");
    assertThatThrownBy(() -> server.expectWarned(policy("own"), UNOWNED.formatted("b")))
        .isInstanceOf(AssertionError.class)
        .hasMessageEndingWith("name an owner]");
    assertThatThrownBy(() -> server.expectWarned(policy("owner"), UNOWNED.formatted("a")))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("it was expected to be admitted, and it is refused: ");
    assertThatThrownBy(() -> server.expectWarned(webhook("team.example.com"), OWNED))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("webhook team.example.com: ");
  }

  @Test
  void updateFindsTheOldObjectThoughItWouldBeDenied() {
    String denied =
        server.expectDenied(policy("frozen"), Write.update(FROZEN, OWNED).as("jane", "editors"));

    assertThat(denied).endsWith("UPDATE by jane, as it has 36 letters");
    server.expectAdmitted(Write.update(FROZEN, OWNED));
    server.expectAdmitted(Write.update(FROZEN, OWNED).as("jane", "admins", "system:masters"));
    server.expectDenied(policy("no-a"), Write.update(OWNED, UNOWNED.formatted("a")));
    server.expectWarned(policy("owner"), Write.update(OWNED, UNOWNED.formatted("b")));
  }

  @Test
  void deletionFindsTheObject() {
    assertThat(server.expectDenied(policy("frozen"), Write.delete(FROZEN).as("jane", "editors")))
        .endsWith("DELETE by jane, as it has 36 letters");
    server.expectAdmitted(Write.delete(FROZEN));
    server.expectAdmitted(Write.delete(OWNED).as("jane", "editors"));
  }

  @Test
  void nothingOfAWriteStays() {
    server.expectAdmitted(Write.create(NAMED.formatted("gone")));
    server.expectAdmitted(Write.update(NAMED.formatted("gone"), NAMED.formatted("gone")));
    server.expectAdmitted(Write.delete(FROZEN.replace("made", "gone")));

    assertThat(server.client().configMaps().withName("gone").get()).isNull();
  }

  @Test
  void userMayDoWhatRolesAllow() {
    assertThatThrownBy(
            () -> server.expectDenied(policy("no-a"), Write.create(OWNED).as("jane", "others")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("User \"jane\" cannot create resource \"configmaps\"");
  }

  @Test
  void writeThatCantBeSentIsNamed() {
    assertThatThrownBy(() -> Write.update(OWNED, SECRET))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "an update is of the same objects: write v1 ConfigMap made again, in the place of v1"
                + " Secret made");
    String there = NAMED.formatted("there");
    server.apply(there);
    assertThatThrownBy(() -> server.expectAdmitted(Write.delete(there)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the given YAML, document 1 (ConfigMap there): configmaps \"there\" already exists");
    assertThat(server.client().configMaps().withName("there").get()).isNotNull();
  }
}
