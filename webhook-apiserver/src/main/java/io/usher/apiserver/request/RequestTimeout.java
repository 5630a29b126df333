package io.usher.apiserver.request;

import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.api.Status;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How long a request may take, as its parameter {@code timeout} says and kube-apiserver bounds. */
final class RequestTimeout {

  /** What a request may take at most, and takes when it does not say. */
  static final Duration MAX = Duration.ofSeconds(60);

  private static final Set<String> STREAMED =
      Set.of("attach", "exec", "log", "portforward", "proxy");

  private static final Pattern SIGNED = Pattern.compile("([-+]?)(.*)");
  private static final Pattern PART = Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)([^\\d.]*)");

  private static final Map<String, Double> UNIT_NANOS =
      Map.of(
          "ns", 1e0, "us", 1e3, "µs", 1e3, "μs", 1e3, "ms", 1e6, "s", 1e9, "m", 6e10, "h", 3.6e12);

  private RequestTimeout() {}

  /**
   * The time that a request has; null for one that goes on, such as a watch.
   *
   * @param parameter the parameter {@code timeout}, or empty
   * @throws ApiException 400 when it is no duration
   */
  static @Nullable Duration of(RequestInfo info, String parameter) {
    if (info.verb().equals("watch") || STREAMED.contains(info.subresource())) {
      return null;
    }
    if (parameter.isEmpty()) {
      return MAX;
    }
    Duration asked = parse(parameter);
    return asked.isNegative() || asked.isZero() || asked.compareTo(MAX) > 0 ? MAX : asked;
  }

  /** As Go's {@code time.ParseDuration}. */
  private static Duration parse(String text) {
    Matcher signed = SIGNED.matcher(text);
    if (!signed.matches() || signed.group(2).isEmpty()) {
      throw invalid("invalid duration", text);
    }
    if (signed.group(2).equals("0")) {
      return Duration.ZERO;
    }
    double nanos = 0;
    int at = 0;
    Matcher part = PART.matcher(signed.group(2));
    while (at < signed.group(2).length()) {
      if (!part.find(at) || part.start() != at) {
        throw invalid("invalid duration", text);
      }
      String unit = part.group(2);
      if (unit.isEmpty()) {
        throw invalid("missing unit in duration", text);
      }
      Double unitNanos = UNIT_NANOS.get(unit);
      if (unitNanos == null) {
        throw invalid("unknown unit \"" + unit + "\" in duration", text);
      }
      nanos += Double.parseDouble(part.group(1)) * unitNanos;
      at = part.end();
    }
    if (nanos > Long.MAX_VALUE) {
      throw invalid("invalid duration", text);
    }
    return Duration.ofNanos((long) (signed.group(1).equals("-") ? -nanos : nanos));
  }

  private static ApiException invalid(String problem, String text) {
    return new ApiException(
        Status.badRequest(
            "invalid timeout specified in the request URL - time: "
                + problem
                + " \""
                + text
                + '"'));
  }
}
