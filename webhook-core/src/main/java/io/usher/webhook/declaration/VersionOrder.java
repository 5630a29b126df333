package io.usher.webhook.declaration;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Orders the versions of a group as Kubernetes does: v1alpha2, v1beta1, v1, v2. */
final class VersionOrder {

  private static final Pattern VERSION = Pattern.compile("v([0-9]+)(?:(alpha|beta)([0-9]+))?");

  private VersionOrder() {}

  /** Whether one version comes before (negative) or after (positive) the other. */
  static int compare(String one, String other) {
    Matcher a = parse(one);
    Matcher b = parse(other);
    int stability = stability(a).compareTo(stability(b));
    if (stability != 0) {
      return stability;
    }
    int major = Integer.compare(Integer.parseInt(a.group(1)), Integer.parseInt(b.group(1)));
    return major != 0 ? major : Integer.compare(minor(a), minor(b));
  }

  /** In the order of the alphabet: alpha, beta, stable. */
  private static String stability(Matcher version) {
    return version.group(2) == null ? "stable" : version.group(2);
  }

  private static int minor(Matcher version) {
    return version.group(3) == null ? 0 : Integer.parseInt(version.group(3));
  }

  private static Matcher parse(String version) {
    Matcher matcher = VERSION.matcher(version);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("\"" + version + "\" is no Kubernetes version");
    }
    return matcher;
  }
}
