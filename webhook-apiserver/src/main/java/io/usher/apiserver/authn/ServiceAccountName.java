package io.usher.apiserver.authn;

import io.usher.apiserver.api.ObjectNames;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A service account, whose user is {@code system:serviceaccount:NAMESPACE:NAME}. */
record ServiceAccountName(String namespace, String name) {

  private static final String PREFIX = "system:serviceaccount:";

  /** Null for the name of another user. */
  static @Nullable ServiceAccountName of(String username) {
    if (!username.startsWith(PREFIX)) {
      return null;
    }
    String[] parts = username.substring(PREFIX.length()).split(":", -1);
    return parts.length == 2
            && ObjectNames.labelProblems(parts[0], false).isEmpty()
            && ObjectNames.subdomainProblems(parts[1], false).isEmpty()
        ? new ServiceAccountName(parts[0], parts[1])
        : null;
  }

  /** The name of its user. */
  String username() {
    return PREFIX + namespace + ':' + name;
  }

  /** The groups of each service account. */
  List<String> groups() {
    return List.of("system:serviceaccounts", "system:serviceaccounts:" + namespace);
  }
}
