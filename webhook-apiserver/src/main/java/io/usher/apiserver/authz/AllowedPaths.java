package io.usher.apiserver.authz;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.RequestInfo;
import java.util.Set;

/** Paths, none of them of a resource, that everybody may read; no opinion of others. */
public final class AllowedPaths implements Authorizer {

  private static final Set<String> READING = Set.of("get", "head");

  private final Set<String> paths;

  public AllowedPaths(String... paths) {
    this.paths = Set.of(paths);
  }

  /** Whether it is one of them. */
  public boolean covers(String path) {
    return paths.contains(path);
  }

  @Override
  public Decision authorize(UserInfo user, RequestInfo request) {
    return !request.resourceRequest() && covers(request.path()) && READING.contains(request.verb())
        ? Decision.allow("")
        : Decision.noOpinion("");
  }
}
