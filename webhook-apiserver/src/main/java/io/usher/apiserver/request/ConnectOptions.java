package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.QueryParameters;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.api.Status;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a client connects to a Pod, Service or Node with: {@code PodExecOptions} and its like, which
 * come in the query and never in a body.
 */
final class ConnectOptions {

  private static final Set<String> STREAMS = Set.of("PodExecOptions", "PodAttachOptions");

  private ConnectOptions() {}

  /** Whether a subresource takes options of this kind, so that its use is a connection. */
  static boolean isKind(GroupVersionKind kind) {
    return kind.group().isEmpty() && kind.kind().endsWith("Options");
  }

  /**
   * Reads them.
   *
   * @throws ApiException 400 where a value is not what the option takes
   */
  static ObjectNode of(GroupVersionKind kind, QueryParameters query, RequestInfo info) {
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    options.put("kind", kind.kind()).put("apiVersion", kind.apiVersion());
    if (STREAMS.contains(kind.kind())) {
      flag(options, "stdin", query);
      // As kube-apiserver: its defaults win over what the client says.
      options.put("stdout", true).put("stderr", true);
      flag(options, "tty", query);
      text(options, "container", query.first("container"));
    }
    switch (kind.kind()) {
      case "PodExecOptions" -> texts(options, "command", query);
      case "PodPortForwardOptions" -> numbers(options, "ports", query);
      case "NodeProxyOptions", "PodProxyOptions", "ServiceProxyOptions" ->
          text(options, "path", behind(info));
      default -> {}
    }
    return options;
  }

  /** What the URL has behind {@code proxy}, with a slash before it; or empty. */
  private static String behind(RequestInfo info) {
    List<String> parts = info.parts();
    var path = new StringBuilder();
    parts.subList(Resources.MAX_PARTS, parts.size()).forEach(each -> path.append('/').append(each));
    boolean slash =
        info.path().endsWith("/") && (path.isEmpty() || path.charAt(path.length() - 1) != '/');
    return slash ? path.append('/').toString() : path.toString();
  }

  private static void flag(ObjectNode options, String name, QueryParameters query) {
    if (query.isTrue(name)) {
      options.put(name, true);
    }
  }

  private static void text(ObjectNode options, String name, String value) {
    if (!value.isEmpty()) {
      options.put(name, value);
    }
  }

  private static void texts(ObjectNode options, String name, QueryParameters query) {
    List<String> values = query.all(name);
    if (!values.isEmpty()) {
      values.forEach(options.putArray(name)::add);
    }
  }

  private static void numbers(ObjectNode options, String name, QueryParameters query) {
    ArrayNode numbers = JsonNodeFactory.instance.arrayNode();
    for (String value : query.all(name)) {
      try {
        numbers.add(Integer.parseInt(value));
      } catch (NumberFormatException e) {
        throw new ApiException(
            Status.badRequest(
                String.format(Locale.ROOT, "%s: \"%s\" is no number: write 8080", name, value)));
      }
    }
    if (!numbers.isEmpty()) {
      options.set(name, numbers);
    }
  }
}
