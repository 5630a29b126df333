package io.usher.apiserver.authz;

import java.util.Collection;
import java.util.LinkedHashSet;

/** Several errors in one text, as k8s.io/apimachinery's {@code util/errors} writes them. */
final class Aggregate {

  private Aggregate() {}

  /** Empty for no error, the error itself for one, {@code [a, b]} for more. */
  static String message(Collection<String> errors) {
    var distinct = new LinkedHashSet<>(errors);
    String joined = String.join(", ", distinct);
    return distinct.size() > 1 ? '[' + joined + ']' : joined;
  }
}
