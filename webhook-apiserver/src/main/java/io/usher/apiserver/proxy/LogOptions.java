package io.usher.apiserver.proxy;

import com.fasterxml.jackson.databind.node.LongNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.GoText;
import io.usher.apiserver.api.QueryParameters;
import io.usher.apiserver.api.Status;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code PodLogOptions}, which come in the query.
 *
 * @param container or empty
 * @param unverified whether the kubelet's certificate is not checked
 * @param parameters for the kubelet
 */
record LogOptions(
    String container, boolean unverified, SortedMap<String, List<String>> parameters) {

  private static final List<String> FLAGS = List.of("follow", "previous", "timestamps");

  /**
   * Reads them.
   *
   * @throws ApiException 400 or 422 where a value is not what the option takes
   */
  static LogOptions of(QueryParameters query, String pod) {
    Long sinceSeconds = number(query, "sinceSeconds");
    Long tailLines = number(query, "tailLines");
    Long limitBytes = number(query, "limitBytes");
    Instant sinceTime = time(query.first("sinceTime"));
    var errors = new ArrayList<FieldError>();
    atLeast(0, "tailLines", tailLines, "must be greater than or equal to 0", errors);
    atLeast(1, "limitBytes", limitBytes, "must be greater than 0", errors);
    if (sinceSeconds != null && sinceTime != null) {
      errors.add(
          FieldError.forbidden(
              "[]", "at most one of `sinceTime` or `sinceSeconds` may be specified"));
    } else {
      atLeast(1, "sinceSeconds", sinceSeconds, "must be greater than 0", errors);
    }
    if (query.has("stream")) {
      errors.add(FieldError.forbidden("stream", "may not be specified"));
    }
    if (!errors.isEmpty()) {
      throw new ApiException(Status.invalid("", "PodLogOptions", pod, errors));
    }
    var parameters = new TreeMap<String, List<String>>();
    for (String flag : FLAGS) {
      if (query.isTrue(flag)) {
        parameters.put(flag, List.of("true"));
      }
    }
    put(parameters, "sinceSeconds", sinceSeconds);
    put(parameters, "sinceTime", sinceTime);
    put(parameters, "tailLines", tailLines);
    put(parameters, "limitBytes", limitBytes);
    return new LogOptions(
        query.first("container"), query.isTrue("insecureSkipTLSVerifyBackend"), parameters);
  }

  private static void atLeast(
      long least, String field, @Nullable Long value, String problem, List<FieldError> errors) {
    if (value != null && value < least) {
      errors.add(FieldError.invalid(field, LongNode.valueOf(value), problem));
    }
  }

  private static void put(
      SortedMap<String, List<String>> parameters, String name, @Nullable Object value) {
    if (value != null) {
      parameters.put(name, List.of(value.toString()));
    }
  }

  private static @Nullable Long number(QueryParameters query, String name) {
    if (!query.has(name)) {
      return null;
    }
    String text = query.first(name);
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      throw new ApiException(
          Status.badRequest(
              "strconv.ParseInt: parsing " + GoText.quote(text) + ": invalid syntax"));
    }
  }

  private static @Nullable Instant time(String text) {
    if (text.isEmpty()) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.SECONDS);
    } catch (DateTimeException e) {
      throw new ApiException(
          Status.badRequest(
              "sinceTime: " + GoText.quote(text) + " is no time: write 2026-01-31T12:00:00Z"));
    }
  }
}
