package io.usher.e2e;

import java.util.List;

/**
 * One row of the table of requests.
 *
 * @param name what it is to show, unique in its file
 * @param id under which later rows refer to its answer, or empty
 * @param method of HTTP, or one of {@link RequestPlayer}'s own
 * @param target path and query as they are sent, not encoded any further; variables in {@code {{}}}
 * @param headers each {@code Name: value}
 * @param body empty for none
 */
record RequestRow(
    String name, String id, String method, String target, List<String> headers, String body) {
  RequestRow {
    headers = List.copyOf(headers);
  }
}
