package io.usher.apiserver.authz;

import io.usher.apiserver.api.RequestInfo;
import java.util.List;

/** What requests want. */
final class Infos {

  private Infos() {}

  static RequestInfo path(String verb, String path) {
    return new RequestInfo(false, path, verb, "", "", "", "", "", "", List.of());
  }

  /**
   * About a resource.
   *
   * @param resource {@code pods}, {@code deployments.apps}, {@code pods/log}
   */
  static RequestInfo of(String verb, String resource, String namespace, String name) {
    String[] parts = resource.split("/", 2);
    int dot = parts[0].indexOf('.');
    return new RequestInfo(
        true,
        "",
        verb,
        dot < 0 ? "" : parts[0].substring(dot + 1),
        "v1",
        namespace,
        dot < 0 ? parts[0] : parts[0].substring(0, dot),
        parts.length > 1 ? parts[1] : "",
        name,
        List.of());
  }
}
