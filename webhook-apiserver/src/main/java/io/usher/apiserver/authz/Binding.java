package io.usher.apiserver.authz;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.GoText;
import java.util.ArrayList;
import java.util.List;

/**
 * A RoleBinding, or a ClusterRoleBinding.
 *
 * @param namespace empty for a ClusterRoleBinding
 */
public record Binding(String namespace, String name, RoleRef roleRef, List<Subject> subjects) {

  /**
   * A subject as the binding names it.
   *
   * @param kind {@code User}, {@code Group}, {@code ServiceAccount}
   * @param namespace a service account's; that of the binding where it names none
   */
  public record Subject(String kind, String name, String namespace) {

    /** The name of the user that it is; of a group its own. */
    String bearer() {
      return kind.equals("ServiceAccount")
          ? "system:serviceaccount:" + namespace + ':' + name
          : name;
    }

    boolean isFor(UserInfo user) {
      return kind.equals("Group") ? user.groups().contains(name) : user.username().equals(bearer());
    }

    /** As messages have it: {@code Group "devs"}, {@code ServiceAccount "shop/ci"}. */
    @Override
    public String toString() {
      String who = kind.equals("ServiceAccount") ? namespace + '/' + name : name;
      return kind + ' ' + GoText.quote(who);
    }

    private boolean isSomebody() {
      return switch (kind) {
        case "User", "Group" -> true;
        case "ServiceAccount" -> !namespace.isEmpty();
        default -> false;
      };
    }
  }

  public Binding {
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

  /** As messages have it: {@code RoleBinding "shop/readers"}. */
  @Override
  public String toString() {
    return namespace.isEmpty()
        ? "ClusterRoleBinding " + GoText.quote(name)
        : "RoleBinding " + GoText.quote(namespace + '/' + name);
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
