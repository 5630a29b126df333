package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.QueryParameters;
import io.usher.apiserver.api.Status;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code ListOptions} of a list or a watch, but its selectors.
 *
 * @param watch whether it is a watch
 * @param version the version that the client states; null when unset
 * @param match {@code Exact}, {@code NotOlderThan}, or empty
 * @param limit at most so many objects; 0 for all
 * @param token where the list goes on; null for its beginning
 * @param bookmarks whether a watch gets bookmarks
 * @param initialEvents whether a watch begins with what exists; null when unset
 * @param timeoutSeconds when a watch ends; 0 when unset
 */
record ListOptions(
    boolean watch,
    @Nullable Long version,
    String match,
    long limit,
    @Nullable ContinueToken token,
    boolean bookmarks,
    @Nullable Boolean initialEvents,
    long timeoutSeconds) {

  /** A year: a longer time is none that a timer takes. */
  private static final long MAX_TIMEOUT_SECONDS = 365L * 24 * 60 * 60;

  private static final String MATCH = "resourceVersionMatch";

  /**
   * Reads and checks them as k8s.io/apiserver does.
   *
   * @throws ApiException 400 or 422 when they can't be
   */
  static ListOptions of(QueryParameters query, boolean watch) {
    String match = query.first(MATCH);
    String version = query.first("resourceVersion");
    String token = query.first("continue");
    Boolean initial = query.has("sendInitialEvents") ? query.isTrue("sendInitialEvents") : null;
    long limit = number(query, "limit");
    long timeout = number(query, "timeoutSeconds");
    List<FieldError> errors =
        watch
            ? watchErrors(match, initial, token)
            : Stream.ofNullable(listError(match, version, token, initial)).toList();
    if (!errors.isEmpty()) {
      throw new ApiException(Status.invalid("meta.k8s.io", "ListOptions", "", errors));
    }
    if (!token.isEmpty() && !version.isEmpty() && !version.equals("0")) {
      throw new ApiException(
          Status.badRequest("specifying resource version is not allowed when using continue"));
    }
    return new ListOptions(
        watch,
        version.isEmpty() ? null : version(version, !watch),
        match,
        Math.max(0, limit),
        token.isEmpty() ? null : ContinueToken.decode(token),
        query.isTrue("allowWatchBookmarks"),
        initial,
        Math.min(Math.max(0, timeout), MAX_TIMEOUT_SECONDS));
  }

  private static List<FieldError> watchErrors(
      String match, @Nullable Boolean initial, String token) {
    if (initial == null && !match.isEmpty()) {
      return List.of(
          forbidden(MATCH + " is forbidden for watch unless sendInitialEvents is provided"));
    }
    if (initial != null && !match.equals("NotOlderThan")) {
      var unset = forbidden("sendInitialEvents requires setting " + MATCH + " to NotOlderThan");
      return match.isEmpty()
          ? List.of(unset)
          : List.of(
              unset,
              FieldError.notSupported(MATCH, TextNode.valueOf(match), List.of("NotOlderThan")));
    }
    return token.isEmpty()
        ? List.of()
        : List.of(forbidden(MATCH + " is forbidden when continue is provided"));
  }

  private static @Nullable FieldError listError(
      String match, String version, String token, @Nullable Boolean initial) {
    if (initial != null) {
      return FieldError.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list");
    }
    if (match.isEmpty()) {
      return null;
    }
    if (version.isEmpty()) {
      return forbidden(MATCH + " is forbidden unless resourceVersion is provided");
    }
    if (!token.isEmpty()) {
      return forbidden(MATCH + " is forbidden when continue is provided");
    }
    if (!match.equals("Exact") && !match.equals("NotOlderThan")) {
      return FieldError.notSupported(
          MATCH, TextNode.valueOf(match), List.of("Exact", "NotOlderThan", ""));
    }
    return match.equals("Exact") && version.equals("0")
        ? forbidden(MATCH + " \"exact\" is forbidden for resourceVersion \"0\"")
        : null;
  }

  private static FieldError forbidden(String why) {
    return FieldError.forbidden(MATCH, why);
  }

  private static long number(QueryParameters query, String parameter) {
    String text = query.first(parameter);
    try {
      return query.has(parameter) ? Long.parseLong(text) : 0;
    } catch (NumberFormatException e) {
      throw new ApiException(
          Status.badRequest("strconv.ParseInt: parsing \"" + text + "\": invalid syntax"));
    }
  }

  /**
   * A version as a client states it.
   *
   * @param list whether it is a list that states it
   */
  static long version(String text, boolean list) {
    try {
      long version = Long.parseLong(text);
      if (version >= 0) {
        return version;
      }
    } catch (NumberFormatException e) {
      // Told below, with what is negative.
    }
    String problem =
        "resourceVersion: Invalid value: \""
            + text
            + "\": strconv.ParseUint: parsing \""
            + text
            + "\": invalid syntax";
    throw new ApiException(
        list
            ? Status.badRequest("invalid resource version: " + problem)
            : new Status(500, "", problem, null));
  }

  /**
   * Whether the list comes in pages: kube-apiserver's cache, which answers any version, has none.
   */
  boolean isPaged() {
    return limit > 0 && !anyVersion();
  }

  /** The same without pages. */
  ListOptions whole() {
    return new ListOptions(
        watch, version, match, 0, null, bookmarks, initialEvents, timeoutSeconds);
  }

  /** Whether any version will do. */
  boolean anyVersion() {
    return version != null && version == 0;
  }
}
