package io.usher.apiserver.discovery;

import io.usher.apiserver.api.VersionOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The order of groups, and of a group's versions: stable before beta before alpha, and later before
 * earlier.
 */
final class GroupVersions {

  /** The groups that kube-apiserver serves, in its order of priority. */
  private static final List<String> FIRST =
      List.of(
          "",
          "apiregistration.k8s.io",
          "apps",
          "events.k8s.io",
          "authentication.k8s.io",
          "authorization.k8s.io",
          "autoscaling",
          "batch",
          "certificates.k8s.io",
          "networking.k8s.io",
          "policy",
          "rbac.authorization.k8s.io",
          "storage.k8s.io",
          "admissionregistration.k8s.io",
          "apiextensions.k8s.io",
          "scheduling.k8s.io",
          "coordination.k8s.io",
          "node.k8s.io",
          "discovery.k8s.io",
          "resource.k8s.io",
          "flowcontrol.apiserver.k8s.io");

  /**
   * The order of groups in discovery, which decides what a name stands for that two groups have:
   * {@code events} is the core group's.
   */
  static final Comparator<String> GROUPS =
      Comparator.<String>comparingInt(
              group -> FIRST.contains(group) ? FIRST.indexOf(group) : FIRST.size())
          .thenComparing(Comparator.naturalOrder());

  private GroupVersions() {}

  /** The versions in Kubernetes' order of priority, the preferred one first. */
  static List<String> ordered(Iterable<String> versions) {
    var ordered = new ArrayList<String>();
    versions.forEach(ordered::add);
    ordered.sort(VersionOrder::compare);
    return ordered;
  }
}
