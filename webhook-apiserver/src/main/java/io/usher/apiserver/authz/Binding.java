package io.usher.apiserver.authz;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.apiserver.api.GoText;
import java.util.ArrayList;
import java.util.List;

/**
 * A RoleBinding, or a ClusterRoleBinding.
 *
 * @param namespace empty for a ClusterRoleBinding
 */
record Binding(String namespace, String name, RoleRef roleRef, List<Subject> subjects) {

  /** A subject as the binding names it; a service account in the binding's namespace if in none. */
  record Subject(String kind, String name, String namespace) {

    private boolean isSomebody() {
      return switch (kind) {
        case "User", "Group" -> true;
        case "ServiceAccount" -> !namespace.isEmpty();
        default -> false;
      };
    }
  }

  Binding {
    subjects = List.copyOf(subjects);
  }

  static Binding of(JsonNode json) {
    JsonNode metadata = json.path("metadata");
    String namespace = metadata.path("namespace").asText();
    var subjects = new ArrayList<Subject>();
    for (JsonNode each : json.path("subjects")) {
      String stated = each.path("namespace").asText();
      var subject =
          new Subject(
              each.path("kind").asText(),
              each.path("name").asText(),
              stated.isEmpty() ? namespace : stated);
      if (subject.isSomebody()) {
        subjects.add(subject);
      }
    }
    return new Binding(namespace, metadata.path("name").asText(), RoleRef.of(json), subjects);
  }

  /** Why a request is allowed, in the words of k8s.io/kubernetes' {@code rbac.go}. */
  String reason(Subject subject) {
    String binding =
        namespace.isEmpty()
            ? "ClusterRoleBinding " + GoText.quote(name)
            : "RoleBinding " + GoText.quote(name + '/' + namespace);
    String who =
        subject.kind().equals("ServiceAccount")
            ? subject.name() + '/' + subject.namespace()
            : subject.name();
    return "RBAC: allowed by "
        + binding
        + " of "
        + roleRef.kind()
        + ' '
        + GoText.quote(roleRef.name())
        + " to "
        + subject.kind()
        + ' '
        + GoText.quote(who);
  }
}
