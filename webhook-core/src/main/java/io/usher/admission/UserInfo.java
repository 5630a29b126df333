package io.usher.admission;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who makes the request, as the API server authenticated him.
 *
 * @param username the user's name, {@code system:serviceaccount:NAMESPACE:NAME} for a service
 *     account
 * @param uid what tells users of the same name apart over time, or empty
 * @param groups the groups the user is in
 * @param extra further facts of the authenticator
 */
public record UserInfo(
    String username, String uid, List<String> groups, Map<String, List<String>> extra) {

  public UserInfo {
    groups = List.copyOf(groups);
    var copy = new LinkedHashMap<String, List<String>>();
    extra.forEach((key, values) -> copy.put(key, List.copyOf(values)));
    extra = Collections.unmodifiableMap(copy);
  }

  /** A user of this name and these groups. */
  public static UserInfo of(String username, String... groups) {
    return new UserInfo(username, "", List.of(groups), Map.of());
  }
}
