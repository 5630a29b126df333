package io.usher.apiserver.authz;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.GoText;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.api.Status;

/** The answer to a request that is not allowed, in kube-apiserver's words. */
public final class Forbidden {

  private Forbidden() {}

  /**
   * A 403.
   *
   * @param reason of the decision, or empty
   */
  public static Status status(UserInfo user, RequestInfo request, String reason) {
    String why = notHtml(message(user, request)) + (reason.isEmpty() ? "" : ": " + reason);
    return Status.forbidden(request.groupResource(), request.name(), why);
  }

  private static String message(UserInfo user, RequestInfo request) {
    String who = "User " + GoText.quote(user.username()) + " cannot " + request.verb();
    if (!request.resourceRequest()) {
      return who + " path " + GoText.quote(request.path());
    }
    String resource =
        request.subresource().isEmpty()
            ? request.resource()
            : request.resource() + '/' + request.subresource();
    return who
        + " resource "
        + GoText.quote(resource)
        + " in API group "
        + GoText.quote(request.group())
        + (request.namespace().isEmpty()
            ? " at the cluster scope"
            : " in the namespace " + GoText.quote(request.namespace()));
  }

  /** The text holds what the client sent: a browser must not take it for a page. */
  public static String notHtml(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
