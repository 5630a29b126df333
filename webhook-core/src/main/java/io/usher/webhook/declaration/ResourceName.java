package io.usher.webhook.declaration;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A resource as a rule annotation names it, {@code PLURAL[.VERSION][.GROUP][/SUBRESOURCE]}.
 *
 * @param plural or {@code *}
 * @param version or null when left out
 * @param group or null when left out
 * @param subresource empty for the resource itself, or {@code *}
 */
record ResourceName(
    String plural, @Nullable String version, @Nullable String group, String subresource) {

  static final String ANY = "*";

  private static final Pattern SYNTAX =
      Pattern.compile(
          "(\\*|"
              + DnsName.LABEL
              + ")(?:\\.(v[0-9]+(?:(?:alpha|beta)[0-9]+)?))?(?:\\.("
              + DnsName.LABEL
              + "(?:\\."
              + DnsName.LABEL
              + ")*))?(?:/(\\*|"
              + DnsName.LABEL
              + "))?");

  /**
   * Reads the syntax.
   *
   * @throws IllegalArgumentException saying what to write instead
   */
  static ResourceName parse(String text) {
    Matcher matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "resource \""
              + text
              + "\" is not understood; write PLURAL.VERSION.GROUP/SUBRESOURCE in lower case, of which"
              + " all but the plural may be left out: \"pods\", \"deployments.apps/scale\". A *"
              + " stands for all plurals or all subresources: \"*\" (no subresources), \"*/*\","
              + " \"*.v1.apps\", \"pods/*\", \"*/scale\"");
    }
    String subresource = matcher.group(4);
    return new ResourceName(
        matcher.group(1),
        matcher.group(2),
        matcher.group(3),
        subresource == null ? "" : subresource);
  }

  /** Whether it leaves the row's group and version open, or names them. */
  boolean allows(BuiltInResources.Row row) {
    return (group == null || row.resourceGroup().equals(group))
        && (version == null || row.resourceVersion().equals(version));
  }

  /** {@code pods/exec}. */
  String path() {
    return subresource.isEmpty() ? plural : plural + "/" + subresource;
  }
}
