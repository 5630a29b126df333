package io.usher.apiserver.proxy;

import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.Forwarding;
import io.usher.apiserver.api.GoText;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.Status;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What clients get of a kubelet's answer about a log: the text, or a {@code Status}. */
final class LogAnswers implements Forwarding.Answers {

  /** As kube-apiserver reads of an error. */
  private static final int MAX_ERROR_BYTES = 50_000;

  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private static final GroupResource LOGS = new GroupResource("", "pods/log");

  private final String name;
  private final String url;

  LogAnswers(String name, String url) {
    this.name = name;
    this.url = url;
  }

  @Override
  public Forwarding.Answer answered(int code, Headers headers) {
    String location = headers.first("Location");
    if (REDIRECTS.contains(code) && location != null) {
      throw new ApiException(failed(location, "redirects forbidden"));
    }
    if (code >= 200 && code <= 206) {
      return new Forwarding.Answer.Passed(
          200, Headers.of(Map.of("Content-Type", List.of("text/plain"))));
    }
    return new Forwarding.Answer.Made(
        MAX_ERROR_BYTES,
        body -> {
          throw new ApiException(status(code, new String(body, StandardCharsets.UTF_8)));
        });
  }

  private Status status(int code, String text) {
    return switch (code) {
      case 500 -> Status.internalError(text);
      case 400 -> Status.badRequest(text);
      default -> Status.ofServer(code, LOGS, name, text);
    };
  }

  @Override
  public Status failed(String problem) {
    return failed(url, problem);
  }

  private static Status failed(String url, String problem) {
    return UpgradeAnswers.error("Get " + GoText.quote(url) + ": " + problem);
  }

  @Override
  public Status refused() {
    return Locations.notAllowedStatus();
  }
}
