package io.usher.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The kind of a policy's parameters.
 *
 * @param group empty for the core group
 */
public record ParamKind(String group, String version, String kind) {

  /** Reads the {@code paramKind} of a policy's spec. */
  public static ParamKind of(JsonNode json) {
    String apiVersion = json.path("apiVersion").asText();
    int slash = apiVersion.indexOf('/');
    return new ParamKind(
        slash < 0 ? "" : apiVersion.substring(0, slash),
        apiVersion.substring(slash + 1),
        json.path("kind").asText());
  }

  /** As objects of the kind have it. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + '/' + version;
  }

  /** As Go writes a GroupVersionKind. */
  @Override
  public String toString() {
    return group + '/' + version + ", Kind=" + kind;
  }
}
