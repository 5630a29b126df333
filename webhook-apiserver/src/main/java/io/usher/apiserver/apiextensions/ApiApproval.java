package io.usher.apiserver.apiextensions;

import io.usher.apiserver.api.GoText;
import java.net.URI;

/**
 * Whether a definition of one of Kubernetes' own groups is approved, by its annotation.
 *
 * @param reason what the annotation says, or should say
 */
public record ApiApproval(State state, String reason) {

  private static final String MUST =
      "protected groups must have approval annotation \"api-approved.kubernetes.io\"";
  private static final String SEE = ", see https://github.com/kubernetes/enhancements/pull/1111";

  /** What an annotation says. */
  public enum State {
    /** The group is nobody's that has to approve it. */
    UNPROTECTED,
    APPROVED,
    BYPASSED,
    MISSING,
    INVALID
  }

  /** What the annotation of a definition of a group says. */
  public static ApiApproval of(String group, String annotation) {
    if (!('.' + group).endsWith(".k8s.io") && !('.' + group).endsWith(".kubernetes.io")) {
      return new ApiApproval(State.UNPROTECTED, "");
    }
    if (annotation.isEmpty()) {
      return new ApiApproval(State.MISSING, MUST + SEE);
    }
    if (annotation.startsWith("unapproved")) {
      return new ApiApproval(State.BYPASSED, "not approved: " + GoText.quote(annotation));
    }
    return isUrl(annotation)
        ? new ApiApproval(State.APPROVED, "approved in " + annotation)
        : new ApiApproval(
            State.INVALID,
            MUST + " with either a URL or a reason starting with \"unapproved\"" + SEE);
  }

  private static boolean isUrl(String text) {
    try {
      URI uri = URI.create(text);
      return uri.getScheme() != null && uri.getHost() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
