package io.usher.decisions;

import io.usher.admission.AdmissionRequest;
import java.util.Set;

/**
 * Kinds whose objects hold what nobody is to read here: neither the values of a patch nor what a
 * rule says of such an object is told.
 */
final class Confidential {

  /** What stands in the place of a message. */
  static final String HIDDEN = "(hidden: it may tell what the object holds)";

  /** As {@code GROUP/KIND}. */
  private static final Set<String> KINDS =
      Set.of("/Secret", "authentication.k8s.io/TokenRequest", "authentication.k8s.io/TokenReview");

  private Confidential() {}

  static boolean covers(AdmissionRequest request) {
    return KINDS.contains(request.kind().group() + '/' + request.kind().kind())
        || KINDS.contains(request.requestKind().group() + '/' + request.requestKind().kind());
  }
}
