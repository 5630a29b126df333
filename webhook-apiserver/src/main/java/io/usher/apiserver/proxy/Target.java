package io.usher.apiserver.proxy;

import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GoText;
import io.usher.apiserver.api.Status;
import java.util.Set;

/**
 * What a URL names before {@code /proxy}: {@code [SCHEME:]NAME[:PORT]}.
 *
 * @param scheme {@code http}, {@code https} or empty
 * @param port a number, a name or empty
 */
record Target(String scheme, String name, String port) {

  private static final Set<String> SCHEMES = Set.of("", "http", "https");

  /**
   * Reads one.
   *
   * @param kind for the message: {@code pod}
   * @throws ApiException 400 when it is none
   */
  static Target parse(String text, String kind) {
    String[] parts = text.split(":", -1);
    Target target =
        switch (parts.length) {
          case 1 -> new Target("", parts[0], "");
          case 2 -> new Target("", parts[0], parts[1]);
          case 3 -> new Target(parts[0], parts[1], parts[2]);
          default -> new Target("", "", "");
        };
    if (target.name.isEmpty() || !SCHEMES.contains(target.scheme)) {
      throw new ApiException(
          Status.badRequest("invalid " + kind + " request " + GoText.quote(text)));
    }
    return target;
  }
}
