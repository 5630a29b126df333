package io.usher.testkit.apiserver;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.Authenticator;
import io.usher.apiserver.api.RequestFilter;
import io.usher.apiserver.api.RequestInfo;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a server's callers. Each tells the user, and the faults of the test that it was
 * made for: tests that share a server don't meet each other's. Thread-safe.
 */
final class Credentials implements Authenticator, RequestFilter {

  private static final String BEARER = "Bearer ";

  private final Map<String, Caller> callers = new ConcurrentHashMap<>();

  private record Caller(UserInfo user, List<Fault> faults) {}

  /**
   * A new token of a user.
   *
   * @param faults what happens to requests with it; may change
   */
  String issue(UserInfo user, List<Fault> faults) {
    String token = UUID.randomUUID().toString();
    callers.put(token, new Caller(user, faults));
    return token;
  }

  /** Takes back the tokens that were issued with this very list. */
  void revoke(List<Fault> faults) {
    callers.values().removeIf(caller -> caller.faults == faults);
  }

  private @Nullable Caller callerOf(ApiRequest request) {
    String shown = request.headers().first("Authorization");
    return shown == null || !shown.startsWith(BEARER)
        ? null
        : callers.get(shown.substring(BEARER.length()));
  }

  @Override
  public @Nullable UserInfo authenticate(ApiRequest request) {
    Caller caller = callerOf(request);
    return caller == null ? null : caller.user;
  }

  @Override
  public void filter(ApiRequest request, RequestInfo info) {
    Caller caller = callerOf(request);
    if (caller != null) {
      caller.faults.forEach(fault -> fault.happenTo(info));
    }
  }
}
