package io.usher.apiserver.proxy;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Links of a server behind the proxy, which clients can follow through it.
 *
 * @param prefix of the paths at the API server: {@code /api/v1/namespaces/default/pods/web/proxy}
 * @param authority of the other server, as it was called
 * @param host by which the client calls the API server, or empty
 */
record Links(String prefix, String authority, String host) {

  /** The same link; through the proxy where it leads to the same server. */
  String rewritten(String link) {
    URI uri = uri(link);
    if (uri == null || uri.getRawPath() == null || !uri.getRawPath().startsWith("/")) {
      return link;
    }
    String path = uri.getRawPath();
    String linked = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
    if (!linked.isEmpty() && !linked.equals(authority) && !linked.equals(host)) {
      return link;
    }
    var rewritten = new StringBuilder();
    if (!linked.isEmpty() && linked.equals(host)) {
      rewritten.append(uri.getScheme() == null ? "" : uri.getScheme() + ':').append("//");
      rewritten.append(linked);
    }
    rewritten.append(path.startsWith(prefix) ? path : GoUrls.cleaned(prefix + path));
    if (uri.getRawQuery() != null) {
      rewritten.append('?').append(uri.getRawQuery());
    }
    if (uri.getRawFragment() != null) {
      rewritten.append('#').append(uri.getRawFragment());
    }
    return rewritten.toString();
  }

  private static @Nullable URI uri(String link) {
    try {
      return new URI(link);
    } catch (URISyntaxException e) {
      return null;
    }
  }
}
