package io.usher.apiserver.authn;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.RequestInfo;
import org.jspecify.annotations.Nullable;

/**
 * Callers who act as somebody else: headers {@code Impersonate-User}, {@code -Group}, {@code -Uid}
 * and {@code -Extra-KEY}. They are authorized or the request is refused, never ignored.
 *
 * <p>As in Kubernetes 1.36 (KEP-5284), verb {@code impersonate} gives all that the other user may
 * do; a verb such as {@code impersonate:user-info} gives what {@code impersonate-on:user-info:VERB}
 * names, and is tried first.
 */
public final class Impersonation {

  /**
   * Whom a caller acts as.
   *
   * @param user the other user
   * @param constraint the verb that allowed it, for the audit log; empty for {@code impersonate}
   */
  public record Impersonated(UserInfo user, String constraint) {}

  private final Authorizer authorizer;

  /** The authorizer decides who may act as whom. */
  public Impersonation(Authorizer authorizer) {
    this.authorizer = authorizer;
  }

  /**
   * Whom the headers ask for, or null where they ask for nobody.
   *
   * @param caller who makes the request
   * @param request what he wants to do as the other
   * @throws ApiException 400 when a group, uid or extra is asked for without a user, 403 when the
   *     caller may not act as the other
   */
  public @Nullable Impersonated of(UserInfo caller, RequestInfo request, Headers headers) {
    UserInfo wanted = ImpersonationHeaders.read(headers);
    if (wanted == null) {
      return null;
    }
    ApiException first = null;
    for (ImpersonationMode mode : ImpersonationMode.values()) {
      if (mode.isFor(wanted, caller)) {
        try {
          var check = new ImpersonationCheck(authorizer, mode, caller, request);
          return new Impersonated(check.user(wanted), mode.constraint());
        } catch (ApiException e) {
          first = first == null ? e : first;
        }
      }
    }
    throw first;
  }
}
