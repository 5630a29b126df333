package io.usher.apiserver.api;

import io.usher.admission.UserInfo;

/** Answers those who connect to an object. */
@FunctionalInterface
public interface ConnectHandler {

  /**
   * Answers a request, which is authorized and admitted; at once, as an answer that goes on is
   * {@link ApiResponse.Streaming}.
   *
   * @throws ApiException when it fails
   */
  ApiResponse connect(Call call);

  /**
   * A request to connect.
   *
   * @param request as it came
   * @param info what it wants
   * @param user who makes it
   * @param objects the server's objects
   */
  record Call(ApiRequest request, RequestInfo info, UserInfo user, ObjectStore objects) {}
}
