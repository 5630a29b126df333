package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.ObjectNames;
import java.util.List;

/**
 * RoleBindings and ClusterRoleBindings.
 *
 * @param namespaced whether they are RoleBindings
 */
record RoleBindings(boolean namespaced) implements BuiltInKind {

  private static final String GROUP = "rbac.authorization.k8s.io";
  private static final String ACCOUNT = "ServiceAccount";
  private static final List<String> SUBJECTS = List.of(ACCOUNT, "User", "Group");

  @Override
  public boolean tracksGeneration() {
    return false;
  }

  @Override
  public boolean allowsCreateOnUpdate() {
    return true;
  }

  @Override
  public JsonNode cell(String column, ObjectNode object) {
    return AccessRows.binding(column, Field.of(object));
  }

  @Override
  public List<String> validateName(String name, boolean prefix) {
    return ObjectNames.pathSegmentProblems(name, prefix);
  }

  @Override
  public void setDefaults(ObjectNode object) {
    setGroup(Defaults.object(object, "roleRef"));
    for (ObjectNode subject : Defaults.objects(object, "subjects")) {
      String kind = subject.path("kind").asText();
      if (SUBJECTS.contains(kind) && !kind.equals(ACCOUNT)) {
        setGroup(subject);
      }
    }
  }

  private static void setGroup(ObjectNode reference) {
    if (reference.path("apiGroup").asText("").isEmpty()) {
      reference.put("apiGroup", GROUP);
    }
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var errors = new Errors();
    Field binding = Field.of(object);
    Field role = binding.at("roleRef");
    Field name = role.at("name");
    errors.notIn(role.at("apiGroup"), List.of(GROUP));
    errors.notIn(
        role.at("kind"), namespaced ? List.of("Role", "ClusterRole") : List.of("ClusterRole"));
    if (name.text().isEmpty()) {
      errors.required(name);
    } else {
      errors.invalidFor(name, ObjectNames.pathSegmentProblems(name.text(), false));
    }
    binding.elements("subjects").forEach(subject -> checkSubject(subject, errors));
    return errors.list();
  }

  private void checkSubject(Field subject, Errors errors) {
    Field name = subject.at("name");
    Field group = subject.at("apiGroup");
    errors.requireText(name);
    switch (subject.text("kind")) {
      case ACCOUNT -> {
        if (!name.text().isEmpty()) {
          errors.invalidFor(name, Names.subdomain(name.text()));
        }
        errors.notIn(group, List.of(""));
        if (!namespaced) {
          errors.requireText(subject.at("namespace"));
        }
      }
      case "User", "Group" -> errors.notIn(group, List.of(GROUP));
      default -> errors.notIn(subject.at("kind"), SUBJECTS);
    }
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
    var errors = new Errors();
    validate(object).forEach(errors::add);
    Field role = Field.of(object).at("roleRef");
    if (!role.node().equals(old.get("roleRef"))) {
      errors.invalid(role, shown(role), "cannot change roleRef");
    }
    return errors.list();
  }

  /** As kube-apiserver shows its own form of it. */
  private static JsonNode shown(Field role) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("APIGroup", role.text("apiGroup"))
        .put("Kind", role.text("kind"))
        .put("Name", role.text("name"));
  }
}
