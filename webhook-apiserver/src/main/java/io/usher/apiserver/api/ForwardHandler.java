package io.usher.apiserver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Finds who answers a request that is passed on. */
@FunctionalInterface
public interface ForwardHandler {

  /**
   * Answers a request, which is authorized and admitted; at once, mostly by {@link
   * ApiResponse.Forwarded}.
   *
   * @throws ApiException when it fails
   */
  ApiResponse forward(Call call);

  /**
   * A request to be passed on.
   *
   * @param request as it came, but for its body, which has not arrived
   * @param info what it wants
   * @param options what the query says, as admission left it: {@code PodExecOptions}
   * @param objects the server's objects
   */
  record Call(ApiRequest request, RequestInfo info, ObjectNode options, ObjectStore objects) {}
}
