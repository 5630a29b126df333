package io.usher.apiserver.authz;

import static org.assertj.core.api.Assertions.assertThat;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.Authorizer.Decision;
import io.usher.apiserver.api.RequestInfo;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuthorizerChainTest {

  private static final RequestInfo REQUEST = Infos.of("get", "pods", "default", "web");
  private static final Authorizer ALLOWING = (user, request) -> Decision.allow("yes");
  private static final Authorizer DENYING = (user, request) -> Decision.deny("no");

  private static Authorizer silent(String reason) {
    return (user, request) -> Decision.noOpinion(reason);
  }

  private static Decision decide(Authorizer... authorizers) {
    return new AuthorizerChain(List.of(authorizers)).authorize(UserInfo.of("alice"), REQUEST);
  }

  @Test
  void firstOpinionDecides() {
    assertThat(decide(silent(""), ALLOWING, DENYING)).isEqualTo(Decision.allow("yes"));
    assertThat(decide(silent("a"), DENYING, ALLOWING)).isEqualTo(Decision.deny("no"));
  }

  @Test
  void withoutAnOpinionTheReasonsAreJoined() {
    assertThat(decide(silent("a"), silent(""), silent("b"))).isEqualTo(Decision.noOpinion("a\nb"));
    assertThat(decide()).isEqualTo(Decision.noOpinion(""));
  }

  @Test
  void errorOfOneIsKeptWhereNoOtherDecides() {
    Authorizer failing = (user, request) -> Decision.failed("unreachable");
    assertThat(decide(failing, ALLOWING)).isEqualTo(Decision.allow("yes"));
    assertThat(decide(failing, DENYING)).isEqualTo(Decision.deny("no"));
    assertThat(decide(failing, silent("a")))
        .isEqualTo(new Decision(Authorizer.Outcome.NO_OPINION, "a", "unreachable"));
  }

  @Test
  void alwaysDenyLeavesTheRequestToTheNext() {
    assertThat(decide(new AlwaysDeny(), new AlwaysAllow())).isEqualTo(Decision.allow(""));
    assertThat(decide(new AlwaysDeny())).isEqualTo(Decision.noOpinion("Everything is forbidden."));
  }

  @Test
  void mastersAreAllowedBeforeAnyAuthorizer() {
    var chain = new AuthorizerChain(List.of(DENYING));
    assertThat(chain.authorize(UserInfo.of("root", "a", "system:masters"), REQUEST))
        .isEqualTo(Decision.allow(""));
  }

  @Test
  void rulesAreThoseOfAll() {
    var chain = new AuthorizerChain(List.of(new AlwaysDeny(), new AlwaysAllow()));
    assertThat(chain.rulesFor(UserInfo.of("alice"), "default").toJson())
        .hasToString(
            "{\"resourceRules\":[{\"verbs\":[\"*\"],\"apiGroups\":[\"*\"],\"resources\":[\"*\"]}],"
                + "\"nonResourceRules\":[{\"verbs\":[\"*\"],\"nonResourceURLs\":[\"*\"]}],"
                + "\"incomplete\":false}");
  }

  @Test
  void authorizerThatListsNoRulesMakesThemIncomplete() {
    class Custom implements Authorizer {
      @Override
      public Decision authorize(UserInfo user, RequestInfo request) {
        return Decision.allow("");
      }
    }
    var chain = new AuthorizerChain(List.of(new Custom()));
    assertThat(chain.rulesFor(UserInfo.of("alice"), "default").toJson())
        .hasToString(
            "{\"resourceRules\":[],\"nonResourceRules\":[],\"incomplete\":true,"
                + "\"evaluationError\":\"Custom does not support user rule resolution\"}");
  }
}
