package io.usher.apiserver.api;

import io.usher.admission.UserInfo;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Is told of every request once it is answered. Called by several threads at once. */
@FunctionalInterface
public interface AuditSink {

  /** A request is answered; of a watch, its stream has ended. Must not wait and not throw. */
  void answered(Answered request);

  /**
   * A request and its end.
   *
   * @param id the request's own id, a UUID; the answer bears it as {@code Audit-Id}
   * @param request the request
   * @param info what it wants
   * @param user who makes it; null when authentication failed
   * @param impersonated as whom, or null
   * @param code the HTTP status code
   * @param failure the status, or null for a success
   * @param annotations what authorization and admission noted
   * @param received when the request came
   * @param ended when its answer was ready
   */
  record Answered(
      String id,
      ApiRequest request,
      RequestInfo info,
      @Nullable UserInfo user,
      @Nullable UserInfo impersonated,
      int code,
      @Nullable Status failure,
      Map<String, String> annotations,
      Instant received,
      Instant ended) {
    public Answered {
      annotations = Map.copyOf(annotations);
    }
  }
}
