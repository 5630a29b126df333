package io.usher.apiserver.request;

import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.RequestInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads what a request wants, as {@code RequestInfoFactory} of k8s.io/apiserver. */
final class RequestInfoResolver {

  private static final Set<String> NAMESPACE_SUBRESOURCES = Set.of("status", "finalize");
  private static final Pattern INCOMPLETE =
      Pattern.compile("/(api|apis/[^/]+)/[^/]+/(watch|proxy)/?");
  private static final String NAME_SELECTOR = "metadata.name=";

  private RequestInfoResolver() {}

  static RequestInfo resolve(ApiRequest request) {
    List<String> parts = segments(request.path());
    boolean core = !parts.isEmpty() && parts.get(0).equals("api");
    boolean grouped = !parts.isEmpty() && parts.get(0).equals("apis");
    int resourceAt = core ? 2 : 3;
    if (!(core || grouped) || parts.size() <= resourceAt) {
      return other(request);
    }
    String group = core ? "" : parts.get(1);
    String version = parts.get(resourceAt - 1);
    List<String> rest = parts.subList(resourceAt, parts.size());
    String verb = verb(request.method());
    if (rest.get(0).equals("watch") || rest.get(0).equals("proxy")) {
      if (rest.size() < 2) {
        return other(request);
      }
      verb = rest.get(0);
      rest = rest.subList(1, rest.size());
    }
    String namespace = "";
    if (rest.get(0).equals("namespaces") && rest.size() > 1) {
      namespace = rest.get(1);
      if (rest.size() > 2 && !NAMESPACE_SUBRESOURCES.contains(rest.get(2))) {
        rest = rest.subList(2, rest.size());
      }
    }
    String name = rest.size() > 1 ? rest.get(1) : "";
    String subresource = rest.size() > 2 && !verb.equals("proxy") ? rest.get(2) : "";
    if (name.isEmpty()) {
      verb = collectionVerb(verb, request);
    }
    boolean selects = name.isEmpty() && Set.of("list", "watch", "deletecollection").contains(verb);
    String fields = selects ? request.query().first("fieldSelector") : "";
    String labels = selects ? request.query().first("labelSelector") : "";
    if (selects) {
      name = selectedName(fields);
    }
    return new RequestInfo(
        true,
        request.path(),
        verb,
        group,
        version,
        namespace,
        rest.get(0),
        subresource,
        name,
        rest,
        fields,
        labels);
  }

  /** Whether a path ends where the old form of a watch names its resource. */
  static boolean isIncomplete(ApiRequest request) {
    return INCOMPLETE.matcher(request.path()).matches();
  }

  private static RequestInfo other(ApiRequest request) {
    String verb = request.method().toLowerCase(Locale.ROOT);
    return new RequestInfo(false, request.path(), verb, "", "", "", "", "", "", List.of());
  }

  private static List<String> segments(String path) {
    var segments = new ArrayList<String>();
    for (String segment : path.substring(path.startsWith("/") ? 1 : 0).split("/", -1)) {
      segments.add(segment);
    }
    // A slash at the end names the same thing.
    if (segments.size() > 1 && segments.get(segments.size() - 1).isEmpty()) {
      segments.remove(segments.size() - 1);
    }
    return segments;
  }

  private static String verb(String method) {
    return switch (method) {
      case "POST" -> "create";
      case "GET", "HEAD" -> "get";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> "delete";
      default -> "";
    };
  }

  private static String collectionVerb(String verb, ApiRequest request) {
    return switch (verb) {
      case "get" -> request.query().isTrue("watch") ? "watch" : "list";
      case "delete" -> "deletecollection";
      default -> verb;
    };
  }

  /** The name in a field selector that names one object, or empty. */
  private static String selectedName(String selector) {
    if (!selector.startsWith(NAME_SELECTOR)) {
      return "";
    }
    String name = selector.substring(NAME_SELECTOR.length());
    name = name.startsWith("=") ? name.substring(1) : name;
    return name.contains(",") || name.contains("=") ? "" : name;
  }
}
