package io.usher.apiserver.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The order of a group's versions: stable before beta before alpha, and later before earlier. */
final class GroupVersions {

  private static final Pattern FORM = Pattern.compile("v(\\d{1,9})(?:(alpha|beta)(\\d{1,9}))?");

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
