package io.usher.webhook;

import static io.usher.admission.Operation.CREATE;
import static io.usher.rule.FailurePolicy.FAIL;
import static io.usher.webhook.RuleTarget.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.usher.admission.UserInfo;
import io.usher.authentication.Authentication;
import io.usher.authentication.AuthenticationRequest;
import io.usher.authorization.Authorization;
import io.usher.authorization.AuthorizationRequest;
import io.usher.authorization.ResourceAttributes;
import io.usher.cluster.ClusterReader;
import io.usher.cluster.Lister;
import io.usher.cluster.Read;
import io.usher.rule.Authenticating;
import io.usher.rule.Authorizing;
import io.usher.rule.CallContext;
import io.usher.rule.Decision;
import io.usher.rule.Door;
import io.usher.rule.Phase;
import io.usher.rule.Reads;
import io.usher.rule.ReviewRuleDefinition;
import io.usher.rule.Validating;
import io.usher.rule.Webhook;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DoorsTest {

  private static final UserInfo ALICE = UserInfo.of("alice", "developers");
  private static final AuthorizationRequest DELETE =
      AuthorizationRequest.of(ALICE, ResourceAttributes.of("delete", "pods", "shop", "web"));

  @Reads(value = Namespace.class, fields = "metadata.labels")
  @Webhook(name = "doors.example.com", validatingFailurePolicy = FAIL)
  static final class Doors {

    @Authenticating(order = 2)
    Authentication.Known everybody(AuthenticationRequest request) {
      return Authentication.user(UserInfo.of("token " + request.token()));
    }

    @Authenticating
    Authentication nobody(CallContext context, AuthenticationRequest request) {
      return Authentication.notMine("there are " + context.cluster());
    }

    @Authorizing
    Authorization namespaces(
        AuthorizationRequest request, Lister<Namespace> namespaces, ClusterReader all) {
      return Authorization.deny(request.describe() + " of " + namespaces.list().size());
    }

    @Validating(operations = CREATE)
    void pod(Pod pod) {}
  }

  @Webhook(name = "null.example.com")
  static final class Null {

    @Authorizing
    @Nullable Authorization nothing(AuthorizationRequest request) {
      return null;
    }
  }

  @Test
  void methodsBecomeRulesInTheirOrder() throws Exception {
    WebhookRegistration doors =
        WebhookRegistration.fromClasses(List.of(Doors.class)).iterator().next();

    assertThat(doors.authenticators())
        .extracting(ReviewRuleDefinition::name)
        .containsExactly("DoorsTest.Doors.nobody", "DoorsTest.Doors.everybody");
    assertThat(doors.has(Door.AUTHENTICATION)).isTrue();
    assertThat(doors.path(Door.AUTHENTICATION)).isEqualTo("/authenticate/doors.example.com");
    assertThat(doors.path(Door.AUTHORIZATION)).isEqualTo("/authorize/doors.example.com");
    assertThat(doors.rules(Phase.VALIDATING)).hasSize(1);
    assertThat(
            doors
                .authenticators()
                .get(1)
                .rule()
                .answer(AuthenticationRequest.of("t"), mock(CallContext.class)))
        .isEqualTo(Authentication.user(UserInfo.of("token t")));
  }

  @Test
  void ruleReadsTheCluster() throws Exception {
    WebhookRegistration doors =
        WebhookRegistration.fromClasses(List.of(Doors.class)).iterator().next();
    Lister<Namespace> namespaces = mock();
    when(namespaces.list()).thenReturn(List.of(new Namespace(), new Namespace()));
    ClusterReader cluster = mock();
    when(cluster.lister(Namespace.class)).thenReturn(namespaces);
    CallContext context = mock();
    when(context.cluster()).thenReturn(cluster);

    assertThat(doors.authorizers().get(0).rule().answer(DELETE, context))
        .isEqualTo(Authorization.deny("delete pods shop/web of 2"));
    assertThat(doors.reads()).extracting(Read::type).containsExactly(Namespace.class);
  }

  @Test
  void ruleThatReturnsNullFails() {
    WebhookRegistration doors =
        WebhookRegistration.fromClasses(List.of(Null.class)).iterator().next();

    assertThatThrownBy(
            () -> doors.authorizers().get(0).rule().answer(DELETE, mock(CallContext.class)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("rule DoorsTest.Null.nothing returned null; return an Authorization");
  }

  @Test
  void lambdasAnswerDoors() {
    WebhookRegistration doors =
        WebhookRegistration.named("doors.example.com")
            .authenticating("second", 2, (request, context) -> Authentication.notMine())
            .authenticating("first", 1, (request, context) -> Authentication.notMine())
            .authorizing("may", 0, (request, context) -> Authorization.noOpinion())
            .build();

    assertThat(doors.authenticators())
        .extracting(ReviewRuleDefinition::name)
        .containsExactly("first", "second");
    assertThat(doors.rules(Door.AUTHORIZATION))
        .extracting(ReviewRuleDefinition::name)
        .containsExactly("may");
  }

  @Test
  void nameOfAnotherRuleIsRefused() {
    assertThatThrownBy(
            () ->
                WebhookRegistration.named("doors.example.com")
                    .authenticating("one", 2, (request, context) -> Authentication.notMine())
                    .authorizing("one", 1, (request, context) -> Authorization.noOpinion())
                    .build())
        .hasMessage(
            "webhook doors.example.com: two rules are named \"one\"; give each a name of its own");
  }

  @Test
  void moreRulesJoinByTheirOrder() {
    WebhookRegistration doors =
        WebhookRegistration.named("doors.example.com")
            .authenticating("second", 2, (request, context) -> Authentication.notMine())
            .build();

    WebhookRegistration joined =
        doors.joinedBy(
            new DoorRules(
                List.of(
                    ReviewRuleDefinition.of(
                        "third", 3, (request, context) -> Authentication.notMine()),
                    ReviewRuleDefinition.of(
                        "first", 1, (request, context) -> Authentication.notMine())),
                List.of()));

    assertThat(joined.authenticators())
        .extracting(ReviewRuleDefinition::name)
        .containsExactly("first", "second", "third");
    assertThatThrownBy(() -> joined.joinedBy(new DoorRules(joined.authenticators(), List.of())))
        .isInstanceOf(InvalidWebhookException.class)
        .hasMessageContaining(
            "webhook doors.example.com has two rules first; give each a name of its own");
  }

  @Test
  void pathOfADoorIsNoOther() {
    WebhookRegistration doors =
        WebhookRegistration.named("doors.example.com")
            .authorizing("may", 1, (request, context) -> Authorization.noOpinion())
            .build();
    WebhookRegistration other =
        WebhookRegistration.named("other.example.com")
            .mutating("pods", on(Pod.class, CREATE), (pod, context) -> Decision.allow())
            .mutatingPath("/authorize/doors.example.com")
            .build();

    assertThatThrownBy(() -> WebhookRegistration.checkPaths(List.of(doors, other)))
        .hasMessage(
            "/authorize/doors.example.com is the mutatingPath of other.example.com and where"
                + " doors.example.com answers authorizations; choose another for one of them");
  }

  @Test
  void requestHidesItsToken() {
    assertThat(new AuthenticationRequest("secret-token", List.of("api")))
        .hasToString("AuthenticationRequest[audiences=[api]]");
  }
}
