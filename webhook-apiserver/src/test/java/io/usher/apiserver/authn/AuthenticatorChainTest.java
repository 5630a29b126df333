package io.usher.apiserver.authn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.Authenticator;
import io.usher.apiserver.api.Status;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticatorChainTest {

  private static final Authenticator NOT_MINE = request -> null;

  private static Authenticator knowing(UserInfo user) {
    return request -> user;
  }

  private static Authenticator refusing(String why) {
    return request -> {
      throw new ApiException(Status.unauthorized(), why);
    };
  }

  private static UserInfo user(AuthenticatorChain chain) {
    return chain.authenticate(Requests.anonymous());
  }

  @Test
  void firstThatKnowsTheCallerAnswers() {
    var chain =
        AuthenticatorChain.of(
            List.of(NOT_MINE, knowing(UserInfo.of("a")), knowing(UserInfo.of("b"))));
    assertThat(user(chain)).isEqualTo(UserInfo.of("a", "system:authenticated"));
  }

  @Test
  void wrongCredentialDoesNotHideARightOne() {
    var chain = AuthenticatorChain.of(List.of(refusing("bad"), knowing(UserInfo.of("a"))));
    assertThat(user(chain)).isEqualTo(UserInfo.of("a", "system:authenticated"));
  }

  @Test
  void wrongCredentialIsNeverAnonymous() {
    var chain =
        AuthenticatorChain.of(List.of(refusing("one"), NOT_MINE, refusing("two"))).withAnonymous();
    assertThatThrownBy(() -> user(chain))
        .isInstanceOf(ApiException.class)
        .hasMessage("one, two")
        .extracting(e -> ((ApiException) e).status())
        .isEqualTo(Status.unauthorized());
  }

  @Test
  void bearerTokenThatNobodyKnowsIsNeverAnonymous() {
    var chain = AuthenticatorChain.of(List.of(NOT_MINE)).withAnonymous();
    assertThatThrownBy(() -> chain.authenticate(Requests.authorization("bearer wrong")))
        .isInstanceOf(ApiException.class)
        .hasMessage("invalid bearer token")
        .extracting(e -> ((ApiException) e).status())
        .isEqualTo(Status.unauthorized());
    for (String other : List.of("Bearer", "Bearer ", "Basic YTpi")) {
      assertThat(chain.authenticate(Requests.authorization(other)).username())
          .as(other)
          .isEqualTo("system:anonymous");
    }
  }

  @Test
  void refusalIsToldOnce() {
    var chain = AuthenticatorChain.of(List.of(refusing("one"), refusing("one")));
    assertThatThrownBy(() -> user(chain)).hasMessage("one");
  }

  @Test
  void callerWithoutCredentialIsAnonymousOnlyIfThatIsSwitchedOn() {
    var chain = AuthenticatorChain.of(List.of(NOT_MINE));
    assertThat(user(chain)).isNull();
    assertThat(user(chain.withAnonymous()))
        .isEqualTo(UserInfo.of("system:anonymous", "system:unauthenticated"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"system:authenticated", "system:unauthenticated"})
  void groupThatAnAuthenticatorSaysIsNotAddedTo(String group) {
    var user = UserInfo.of("a", group);
    assertThat(user(AuthenticatorChain.of(List.of(knowing(user))))).isEqualTo(user);
  }

  @Test
  void anonymousOfAnAuthenticatorIsNotAuthenticated() {
    var user = UserInfo.of("system:anonymous");
    assertThat(user(AuthenticatorChain.of(List.of(knowing(user))))).isEqualTo(user);
  }
}
