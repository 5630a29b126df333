package io.usher.e2e;

import io.usher.authorization.Authorization;
import io.usher.authorization.AuthorizationRequest;
import io.usher.authorization.NonResourceAttributes;
import io.usher.authorization.ResourceAttributes;
import java.util.Set;

/**
 * Who wants what, as policies ask.
 *
 * @param request which is either for a resource or for a path
 */
record Wanted(AuthorizationRequest request) {

  private static final Set<String> READS = Set.of("get", "list", "watch");

  Authorization allowedIf(boolean allowed) {
    return allowed ? Authorization.allow(request.describe()) : Authorization.noOpinion();
  }

  boolean by(String user) {
    return request.user().username().equals(user);
  }

  boolean byMemberOf(String group) {
    return request.user().groups().contains(group);
  }

  boolean reads() {
    return READS.contains(request.verb());
  }

  boolean does(String... verbs) {
    return Set.of(verbs).contains(request.verb());
  }

  boolean isResource() {
    return request.resource() != null;
  }

  /** Whether it is for this resource of an API group, or for a subresource of it. */
  boolean within(String group, String resource) {
    ResourceAttributes asked = request.resource();
    return asked != null && asked.group().equals(group) && asked.resource().equals(resource);
  }

  /** Whether it is for one of these resources of an API group: {@code pods}, {@code pods/log}. */
  boolean of(String group, String... resources) {
    ResourceAttributes asked = request.resource();
    return asked != null
        && asked.group().equals(group)
        && Set.of(resources)
            .contains(
                asked.subresource().isEmpty()
                    ? asked.resource()
                    : asked.resource() + "/" + asked.subresource());
  }

  boolean ofGroup(String group) {
    ResourceAttributes asked = request.resource();
    return asked != null && asked.group().equals(group);
  }

  boolean in(String namespace) {
    ResourceAttributes asked = request.resource();
    return asked != null && asked.namespace().equals(namespace);
  }

  boolean named(String name) {
    ResourceAttributes asked = request.resource();
    return asked != null && asked.name().equals(name);
  }

  boolean isPath() {
    return request.nonResource() != null;
  }

  /** Whether it is for one of these paths, or for one below, where it ends with {@code /*}. */
  boolean at(String... paths) {
    NonResourceAttributes asked = request.nonResource();
    if (asked == null) {
      return false;
    }
    for (String path : paths) {
      boolean below = path.endsWith("/*");
      if (below
          ? asked.path().startsWith(path.substring(0, path.length() - 1))
          : asked.path().equals(path)) {
        return true;
      }
    }
    return false;
  }
}
