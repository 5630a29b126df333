package io.usher.apiserver.discovery;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The order of groups, and of a group's versions: stable before beta before alpha, and later before
 * earlier.
 */
final class GroupVersions {

  private static final Pattern FORM = Pattern.compile("v(\\d{1,9})(?:(alpha|beta)(\\d{1,9}))?");

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
    ordered.sort(GroupVersions::compare);
    return ordered;
  }

  private static int compare(String a, String b) {
    Matcher first = FORM.matcher(a);
    Matcher second = FORM.matcher(b);
    boolean known = first.matches();
    if (known != second.matches()) {
      return known ? -1 : 1;
    }
    if (!known) {
      return a.compareTo(b);
    }
    int stability = Integer.compare(stability(second), stability(first));
    if (stability != 0) {
      return stability;
    }
    int major = Integer.compare(number(second, 1), number(first, 1));
    return major != 0 ? major : Integer.compare(number(second, 3), number(first, 3));
  }

  private static int stability(Matcher version) {
    String word = version.group(2);
    return word == null ? 2 : word.equals("beta") ? 1 : 0;
  }

  private static int number(Matcher version, int group) {
    String digits = version.group(group);
    return digits == null ? 0 : Integer.parseInt(digits);
  }
}
