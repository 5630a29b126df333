package io.usher.apiserver.api;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Kubernetes' order of the versions of a group, the preferred one first: stable before beta before
 * alpha, and later before earlier.
 */
public final class VersionOrder {

  private static final Pattern FORM = Pattern.compile("v(\\d{1,9})(?:(alpha|beta)(\\d{1,9}))?");

  private VersionOrder() {}

  /** Negative when the first stands before the second. */
  public static int compare(String a, String b) {
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
