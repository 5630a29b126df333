package io.usher.apiserver.api;

import io.usher.admission.UserInfo;
import org.jspecify.annotations.Nullable;

/** Tells who makes a request. Called by several threads at once. */
@FunctionalInterface
public interface Authenticator {

  /**
   * The caller, or null when this authenticator does not know him and another may.
   *
   * @throws ApiException with 401 when the request bears credentials of this authenticator's kind
   *     that are wrong: then the caller may be known by another credential, but he is never
   *     anonymous. Its message, for the log, never holds the credential
   */
  @Nullable UserInfo authenticate(ApiRequest request);
}
