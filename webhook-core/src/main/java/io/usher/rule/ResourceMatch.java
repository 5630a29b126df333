package io.usher.rule;

import io.usher.admission.AdmissionRequest;

/**
 * Resources by group, version, plural and subresource, each of which may be {@code *} for any.
 *
 * @param group the API group, empty for the core group
 * @param version the version
 * @param resource the plural, {@code pods}
 * @param subresource {@code exec}, empty for the resource itself
 */
public record ResourceMatch(String group, String version, String resource, String subresource) {

  private static final String ANY = "*";

  /** Whether the request, as it was converted for the webhook, is for such a resource. */
  public boolean matches(AdmissionRequest request) {
    var asked = request.resource();
    return is(group, asked.group())
        && is(version, asked.version())
        && is(resource, asked.resource())
        && is(subresource, request.subResource());
  }

  /** {@code pods/exec}, as a webhook configuration's {@code resources} has it. */
  public String path() {
    return subresource.isEmpty() ? resource : resource + "/" + subresource;
  }

  private static boolean is(String pattern, String value) {
    return pattern.equals(ANY) || pattern.equals(value);
  }
}
