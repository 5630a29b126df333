package io.usher.server;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.Authenticator;
import io.usher.apiserver.api.Headers;
import io.usher.authentication.Authentication;
import io.usher.authentication.AuthenticationRequest;
import io.usher.rule.CallContext;
import io.usher.rule.ReviewRule;
import java.util.List;
import java.util.Map;

/**
 * An authenticator of bearer tokens as a rule.
 *
 * @param authenticator sees a request that bears the token and nothing else
 * @param audiences whom its tokens are for; none where it knows them for whomever is asked for
 */
public record AuthenticatorRule(Authenticator authenticator, List<String> audiences)
    implements ReviewRule<AuthenticationRequest, Authentication> {

  public AuthenticatorRule {
    audiences = List.copyOf(audiences);
  }

  /** One that knows tokens for whomever is asked for. */
  public AuthenticatorRule(Authenticator authenticator) {
    this(authenticator, List.of());
  }

  @Override
  public Authentication answer(AuthenticationRequest question, CallContext context) {
    if (question.token().chars().anyMatch(Character::isWhitespace)) {
      // No header brings it; what is before the blank may be a token of its own.
      return Authentication.notMine();
    }
    ApiRequest request =
        ApiRequest.of("GET", "/")
            .withHeaders(
                Headers.of(Map.of("Authorization", List.of("Bearer " + question.token()))));
    try {
      UserInfo user = authenticator.authenticate(request);
      return user == null
          ? Authentication.notMine()
          : Authentication.user(user).forAudiences(audiences);
    } catch (ApiException e) {
      return Authentication.notMine(String.valueOf(e.getMessage()));
    }
  }
}
