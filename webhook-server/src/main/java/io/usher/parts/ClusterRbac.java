package io.usher.parts;

import io.usher.admission.GroupVersionResource;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.authz.RbacAuthorizer;
import io.usher.client.ClusterClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The roles and bindings of a cluster, followed by list and watch. The API server that asks may be
 * the one that is followed: until it is there, nothing is known, and that is said.
 */
final class ClusterRbac implements Authorizer, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterRbac.class);

  private static final Map<String, String> KINDS =
      Map.of(
          "clusterroles", "ClusterRole",
          "roles", "Role",
          "clusterrolebindings", "ClusterRoleBinding",
          "rolebindings", "RoleBinding");

  private final RbacAuthorizer rbac = new RbacAuthorizer();
  private final ClusterClient cluster;
  private final List<AutoCloseable> follows = new ArrayList<>();
  private String reported = "";
  private volatile boolean there;

  ClusterRbac(ClusterClient cluster) {
    this.cluster = cluster;
  }

  /** Connects if it is not connected; called every few seconds. */
  synchronized void connect() {
    if (there) {
      return;
    }
    try {
      for (Map.Entry<String, String> each : KINDS.entrySet()) {
        follows.add(
            cluster.follow(
                new GroupVersionResource(RbacAuthorizer.GROUP, "v1", each.getKey()),
                change -> take(change, each.getValue())));
      }
      there = true;
      LOG.info("the roles and bindings of the cluster are there");
    } catch (RuntimeException e) {
      end();
      String problem = String.valueOf(e.getMessage());
      if (!problem.equals(reported)) {
        reported = problem;
        LOG.warn("the roles and bindings of the cluster are not there yet: {}", problem);
      }
    }
  }

  private void take(ClusterClient.Change change, String kind) {
    var object = change.object().put("kind", kind);
    try {
      switch (change.type()) {
        case ADDED, MODIFIED -> rbac.put(object);
        case DELETED -> rbac.remove(object);
      }
    } catch (IllegalArgumentException e) {
      LOG.warn("{} {}: {}", kind, object.at("/metadata/name").asText(), e.getMessage());
    }
  }

  @Override
  public Decision authorize(UserInfo user, RequestInfo request) {
    return there
        ? rbac.authorize(user, request)
        : Decision.failed("the roles and bindings of the cluster are not there yet");
  }

  private void end() {
    for (AutoCloseable each : follows) {
      try {
        each.close();
      } catch (Exception e) {
        throw new IllegalStateException("end a watch", e);
      }
    }
    follows.clear();
  }

  @Override
  public synchronized void close() {
    end();
    cluster.close();
  }
}
