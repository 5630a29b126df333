package io.usher.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.Authenticator;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.api.Status;
import io.usher.authentication.Authentication;
import io.usher.authentication.AuthenticationRequest;
import io.usher.authorization.Authorization;
import io.usher.authorization.AuthorizationRequest;
import io.usher.authorization.NonResourceAttributes;
import io.usher.authorization.ResourceAttributes;
import io.usher.authorization.SelectorRequirement;
import io.usher.authorization.SelectorRequirement.Operator;
import io.usher.cluster.ClusterReader;
import io.usher.rule.CallContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Authenticators and authorizers of the API server's library as rules. */
class AuthorizerRuleTest {

  /** Neither uses it. */
  private final CallContext context =
      new CallContext() {
        @Override
        public ClusterReader cluster() {
          throw new AssertionError();
        }

        @Override
        public Duration remaining() {
          throw new AssertionError();
        }
      };

  private final List<RequestInfo> asked = new ArrayList<>();

  @Test
  void authorizerSeesWhatAReviewTells() {
    var rule = new AuthorizerRule(this::allow);
    var fields = List.of(new SelectorRequirement("spec.nodeName", Operator.IN, List.of("node-1")));
    var labels =
        List.of(
            new SelectorRequirement("app", Operator.NOT_IN, List.of("a", "b")),
            new SelectorRequirement("env", Operator.IN, List.of("test", "prod")),
            new SelectorRequirement("tier", Operator.NOT_IN, List.of("cache")),
            new SelectorRequirement("team", Operator.EXISTS, List.of()),
            new SelectorRequirement("old", Operator.DOES_NOT_EXIST, List.of()));

    Authorization answer =
        rule.answer(
            AuthorizationRequest.of(
                UserInfo.of("alice"),
                ResourceAttributes.of("list", "deployments", "shop", "")
                    .in("apps", "v1")
                    .subresource("scale")
                    .selecting(fields, labels)),
            context);

    assertThat(answer).isEqualTo(Authorization.allow("as alice"));
    assertThat(asked)
        .containsExactly(
            new RequestInfo(
                true,
                "",
                "list",
                "apps",
                "v1",
                "shop",
                "deployments",
                "scale",
                "",
                List.of(),
                "spec.nodeName=node-1",
                "app notin (a,b),env in (test,prod),tier!=cache,team,!old"));
  }

  @Test
  void authorizerSeesAPath() {
    var rule = new AuthorizerRule(this::allow);

    rule.answer(
        AuthorizationRequest.of(UserInfo.of("alice"), new NonResourceAttributes("/healthz", "get")),
        context);

    assertThat(asked.get(0).resourceRequest()).isFalse();
    assertThat(asked.get(0).path()).isEqualTo("/healthz");
    assertThat(asked.get(0).verb()).isEqualTo("get");
  }

  private Authorizer.Decision allow(UserInfo user, RequestInfo request) {
    asked.add(request);
    return Authorizer.Decision.allow("as " + user.username());
  }

  @Test
  void authenticatorSeesTheToken() {
    Authenticator bearer =
        request -> UserInfo.of(String.valueOf(request.headers().first("Authorization")));

    assertThat(new AuthenticatorRule(bearer).answer(AuthenticationRequest.of("t1"), context))
        .isEqualTo(Authentication.user(UserInfo.of("Bearer t1")));
    assertThat(new AuthenticatorRule(bearer).answer(AuthenticationRequest.of("t1 t2"), context))
        .isEqualTo(Authentication.notMine());
  }

  @Test
  void tokenThatAnAuthenticatorDoesNotKnowIsLeftToTheNext() {
    Authenticator wrong =
        request -> {
          throw new ApiException(Status.unauthorized(), "invalid bearer token");
        };

    assertThat(new AuthenticatorRule(wrong).answer(AuthenticationRequest.of("t"), context))
        .isEqualTo(Authentication.notMine("invalid bearer token"));
    assertThat(
            new AuthenticatorRule(request -> null).answer(AuthenticationRequest.of("t"), context))
        .isEqualTo(Authentication.notMine());
  }
}
