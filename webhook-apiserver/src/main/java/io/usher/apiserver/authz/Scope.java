package io.usher.apiserver.authz;

import io.usher.apiserver.authz.Binding.Subject;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The bindings of one subject in one namespace, or in the cluster as a whole. */
final class Scope {

  /** Changed and read under the authorizer's lock alone. */
  final Map<Binding, Subject> bindings = new LinkedHashMap<>();

  /** What the bindings give, until one of their roles changes. */
  volatile @Nullable Grants grants;
}
