package io.usher.webhook.declaration;

import java.util.regex.Pattern;

/**
 * The forms of DNS names that Kubernetes takes (k8s.io/apimachinery, {@code util/validation}), in
 * lower case.
 */
public final class DnsName {

  /** One label, as part of a larger expression; its length is not looked at. */
  static final String LABEL = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?";

  private static final String LABEL_OF_63 = "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?";

  private static final Pattern LABEL_1035 = Pattern.compile("[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?");

  /** Labels with dots, as part of a larger expression; their length in all is not looked at. */
  static final String SUBDOMAIN = LABEL_OF_63 + "(?:\\." + LABEL_OF_63 + ")*";

  private static final Pattern WHOLE_SUBDOMAIN = Pattern.compile(SUBDOMAIN);

  private static final int MAX_SUBDOMAIN = 253;

  /** A webhook's name has a host and a domain. */
  private static final int QUALIFIED_LABELS = 3;

  private DnsName() {}

  /** Whether it is a label of RFC 1035, of at most 63 characters: it begins with a letter. */
  public static boolean isLabel1035(String text) {
    return LABEL_1035.matcher(text).matches();
  }

  /** Whether it is one label or several with dots, at most 253 characters. An IPv4 address is. */
  public static boolean isSubdomain(String text) {
    return text.length() <= MAX_SUBDOMAIN && WHOLE_SUBDOMAIN.matcher(text).matches();
  }

  /** Whether it is three or more labels with dots, as the name of a webhook. */
  public static boolean isQualified(String text) {
    return isSubdomain(text) && text.split("\\.").length >= QUALIFIED_LABELS;
  }
}
