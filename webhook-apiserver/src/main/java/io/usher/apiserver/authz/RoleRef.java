package io.usher.apiserver.authz;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.apiserver.api.GoText;

/**
 * Which role a binding gives.
 *
 * @param kind {@code Role}, which is in the binding's namespace, or {@code ClusterRole}
 */
public record RoleRef(String kind, String name) {

  static RoleRef of(JsonNode binding) {
    JsonNode ref = binding.path("roleRef");
    return new RoleRef(ref.path("kind").asText(), ref.path("name").asText());
  }

  /** As messages have it: {@code ClusterRole "view"}. */
  @Override
  public String toString() {
    return kind + ' ' + GoText.quote(name);
  }
}
