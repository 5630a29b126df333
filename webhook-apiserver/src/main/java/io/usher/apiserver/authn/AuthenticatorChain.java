package io.usher.apiserver.authn;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.Authenticator;
import io.usher.apiserver.api.Status;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Authenticators in their order: the first that knows the caller answers. A wrong credential does
 * not end the search, as another one of the same request may be right; k8s.io/apiserver's union
 * does the same. A bearer token that none of them knows is a wrong credential.
 */
public final class AuthenticatorChain implements Authenticator {

  private final List<Authenticator> authenticators;
  private final Predicate<ApiRequest> anonymous;

  private AuthenticatorChain(List<Authenticator> authenticators, Predicate<ApiRequest> anonymous) {
    this.authenticators = List.copyOf(authenticators);
    this.anonymous = anonymous;
  }

  /** A caller whom none of them knows is not known. */
  public static AuthenticatorChain of(List<Authenticator> authenticators) {
    return new AuthenticatorChain(authenticators, request -> false);
  }

  /** The same, but a caller who shows no credential is {@code system:anonymous}. */
  public AuthenticatorChain withAnonymous() {
    return withAnonymous(request -> true);
  }

  /** The same for some requests alone. */
  public AuthenticatorChain withAnonymous(Predicate<ApiRequest> requests) {
    return new AuthenticatorChain(authenticators, requests);
  }

  @Override
  public @Nullable UserInfo authenticate(ApiRequest request) {
    var refusals = new LinkedHashSet<String>();
    for (Authenticator each : authenticators) {
      try {
        UserInfo user = each.authenticate(request);
        if (user != null) {
          return authenticated(user);
        }
      } catch (ApiException e) {
        refusals.add(e.getMessage());
      }
    }
    if (refusals.isEmpty() && !AuthorizationHeader.value(request, "Bearer").isEmpty()) {
      refusals.add("invalid bearer token");
    }
    if (!refusals.isEmpty()) {
      throw new ApiException(Status.unauthorized(), String.join(", ", refusals));
    }
    return anonymous.test(request)
        ? UserInfo.of(WellKnown.ANONYMOUS, WellKnown.UNAUTHENTICATED)
        : null;
  }

  /** Adds the group of all known callers, as kube-apiserver does. */
  private static UserInfo authenticated(UserInfo user) {
    boolean said =
        user.groups().contains(WellKnown.AUTHENTICATED)
            || user.groups().contains(WellKnown.UNAUTHENTICATED);
    return said || user.username().equals(WellKnown.ANONYMOUS)
        ? user
        : WellKnown.inGroup(user, WellKnown.AUTHENTICATED);
  }
}
