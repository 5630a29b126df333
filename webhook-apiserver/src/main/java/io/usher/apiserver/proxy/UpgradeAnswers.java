package io.usher.apiserver.proxy;

import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.Forwarding;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.Status;

/**
 * What clients get where the other server does not change the protocol: its error, and the end of
 * the connection.
 */
final class UpgradeAnswers implements Forwarding.Answers {

  private static final int FIRST_ERROR = 400;

  @Override
  public Forwarding.Answer answered(int code, Headers headers) {
    if (code < FIRST_ERROR) {
      throw new ApiException(error("invalid upgrade response: status code " + code));
    }
    return new Forwarding.Answer.Passed(code, headers.with("Connection", "close"));
  }

  @Override
  public Status failed(String problem) {
    return error("error dialing backend: " + problem);
  }

  @Override
  public Status refused() {
    return Locations.notAllowedStatus();
  }

  /** As kube-apiserver answers to an error that is no Status: without a reason. */
  static Status error(String message) {
    return new Status(500, "", message, null);
  }
}
