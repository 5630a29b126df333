package io.usher.apiserver.proxy;

import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.Headers;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a client's headers is sent on: nothing that shows the API server who he is, as whoever
 * answers could show it, too.
 */
final class SentHeaders {

  private static final String FORWARDED_FOR = "X-Forwarded-For";

  private static final Set<String> CREDENTIALS = Set.of("authorization", "cookie");
  private static final List<String> IDENTITIES = List.of("x-remote-", "impersonate-");

  /** Of the body, whose transport says it anew, and waits for nobody's consent. */
  private static final Set<String> FRAMING = Set.of("content-length", "expect");

  private SentHeaders() {}

  /**
   * The headers of a request that is passed on.
   *
   * @param protocol that the connection shall change to; null for none
   */
  static Headers of(ApiRequest request, @Nullable String protocol) {
    Headers headers = request.headers().endToEnd().without(SentHeaders::isKept);
    if (request.headers().all("TE").stream().anyMatch(each -> each.contains("trailers"))) {
      headers = headers.with("TE", "trailers");
    }
    if (protocol != null) {
      headers = headers.with("Connection", "Upgrade").with("Upgrade", protocol);
    }
    List<String> before = headers.all(FORWARDED_FOR);
    String chain =
        before.isEmpty()
            ? request.remoteAddress()
            : String.join(", ", before) + ", " + request.remoteAddress();
    return request.remoteAddress().isEmpty() ? headers : headers.with(FORWARDED_FOR, chain);
  }

  /** Some servers take {@code X_Remote_User} for the same header. */
  private static boolean isKept(String name) {
    String plain = name.toLowerCase(Locale.ROOT).replace('_', '-');
    return CREDENTIALS.contains(plain)
        || FRAMING.contains(plain)
        || IDENTITIES.stream().anyMatch(plain::startsWith);
  }

  /** The protocol that a client's connection shall change to, or null. */
  static @Nullable String upgrade(Headers headers) {
    boolean asked =
        headers.all("Connection").stream()
            .anyMatch(each -> each.toLowerCase(Locale.ROOT).contains("upgrade"));
    return asked ? headers.first("Upgrade") : null;
  }
}
