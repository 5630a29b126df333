package io.usher.authorization;

import io.usher.admission.UserInfo;
import org.jspecify.annotations.Nullable;

/**
 * What the API server asks: {@code spec} of a {@code SubjectAccessReview}.
 *
 * @param user who asks for something; the name is empty where a review names groups alone
 * @param resource what he wants of a resource, or null
 * @param nonResource what he wants of a path that is no resource, or null; exactly one of the two
 *     is there
 */
public record AuthorizationRequest(
    UserInfo user,
    @Nullable ResourceAttributes resource,
    @Nullable NonResourceAttributes nonResource) {

  public AuthorizationRequest {
    if ((resource == null) == (nonResource == null)) {
      throw new IllegalArgumentException("exactly one of resource and nonResource is needed");
    }
  }

  /** What somebody wants of a resource. */
  public static AuthorizationRequest of(UserInfo user, ResourceAttributes resource) {
    return new AuthorizationRequest(user, resource, null);
  }

  /** What somebody wants of a path that is no resource. */
  public static AuthorizationRequest of(UserInfo user, NonResourceAttributes nonResource) {
    return new AuthorizationRequest(user, null, nonResource);
  }

  /** What he wants to do: {@code get}, {@code list}, {@code create}, ... */
  public String verb() {
    return resource != null ? resource.verb() : nonResource == null ? "" : nonResource.verb();
  }

  /** The request without its user for a message: {@code delete pods default/web}. */
  public String describe() {
    return resource != null ? resource.describe() : String.valueOf(nonResource);
  }
}
