package io.usher.apiserver.authz;

import io.usher.apiserver.api.RequestInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the bindings of one scope give, by resource: a request is held only against the rules that
 * name its resource, however many roles a subject has. Not changed once it is shared.
 */
final class Grants {

  private static final List<Grant> NONE = List.of();

  private record Grant(PolicyRule rule, String reason) {}

  private final Map<String, List<Grant>> byResource = new HashMap<>();
  private final List<Grant> ofPaths = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  void add(PolicyRule rule, String reason) {
    var grant = new Grant(rule, reason);
    for (String resource : rule.resources()) {
      byResource.computeIfAbsent(resource, key -> new ArrayList<>()).add(grant);
    }
    if (!rule.nonResourceUrls().isEmpty()) {
      ofPaths.add(grant);
    }
  }

  void addProblem(String problem) {
    problems.add(problem);
  }

  List<String> problems() {
    return problems;
  }

  /** Why the request is allowed, or null where it is not. */
  @Nullable String reason(RequestInfo request) {
    if (!request.resourceRequest()) {
      return reason(ofPaths, request);
    }
    String reason = reason(byResource.getOrDefault("*", NONE), request);
    String subresource = request.subresource();
    if (reason == null && subresource.isEmpty()) {
      return reason(byResource.getOrDefault(request.resource(), NONE), request);
    }
    if (reason == null) {
      String combined = request.resource() + '/' + subresource;
      reason = reason(byResource.getOrDefault(combined, NONE), request);
    }
    if (reason == null) {
      reason = reason(byResource.getOrDefault("*/" + subresource, NONE), request);
    }
    return reason;
  }

  private static @Nullable String reason(List<Grant> grants, RequestInfo request) {
    for (Grant grant : grants) {
      if (grant.rule.allows(request)) {
        return grant.reason;
      }
    }
    return null;
  }
}
