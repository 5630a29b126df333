package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.ObjectNames;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** FlowSchemas. */
final class FlowSchemas implements BuiltInKind {

  private static final int MAX_PRECEDENCE = 10_000;
  private static final String ALL = "*";
  private static final List<String> DISTINGUISHERS = List.of("ByNamespace", "ByUser");
  private static final List<String> SUBJECTS = List.of("Group", "ServiceAccount", "User");

  /** The member of a subject of each kind. */
  private static final Map<String, String> MEMBERS =
      Map.of("Group", "group", "ServiceAccount", "serviceAccount", "User", "user");

  private static final List<String> VERBS =
      List.of(
          "create",
          "delete",
          "deletecollection",
          "get",
          "list",
          "patch",
          "proxy",
          "update",
          "watch");

  @Override
  public JsonNode cell(String column, ObjectNode object) {
    return ServerRows.flowSchema(column, Field.of(object));
  }

  @Override
  public void setDefaults(ObjectNode object) {
    ObjectNode spec = Defaults.object(object, "spec");
    if (spec.path("matchingPrecedence").asInt() == 0) {
      spec.put("matchingPrecedence", 1000);
    }
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var errors = new Errors();
    Field schema = Field.of(object);
    Field precedence = schema.at("spec.matchingPrecedence");
    if (precedence.number() <= 0) {
      errors.invalid(precedence, "must be a positive value");
    }
    if (precedence.number() > MAX_PRECEDENCE) {
      errors.invalid(precedence, "must not be greater than " + MAX_PRECEDENCE);
    }
    if (precedence.number() == 1 && !schema.text("metadata.name").equals("exempt")) {
      errors.invalid(precedence, "only the schema named 'exempt' may have matchingPrecedence 1");
    }
    Field method = schema.at("spec.distinguisherMethod");
    if (method.isSet() && !DISTINGUISHERS.contains(method.text("type"))) {
      // As Go shows the whole method, by the name of its field.
      JsonNode shown = JsonNodeFactory.instance.objectNode().put("Type", method.text("type"));
      errors.notSupported(method.at("type"), shown, DISTINGUISHERS);
    }
    Field level = schema.at("spec.priorityLevelConfiguration.name");
    if (level.text().isEmpty()) {
      errors.required(level, "must reference a priority level");
    } else {
      errors.invalidFor(level, ObjectNames.subdomainProblems(level.text(), false));
    }
    schema.elements("spec.rules").forEach(rule -> checkRule(rule, errors));
    checkConditions(schema, errors);
    return errors.list();
  }

  @Override
  public List<FieldError> validatePartUpdate(String part, ObjectNode object, ObjectNode old) {
    var errors = new Errors();
    checkConditions(Field.of(object), errors);
    return errors.list();
  }

  /** Each condition has a type of its own. */
  static void checkConditions(Field object, Errors errors) {
    Set<String> types = new HashSet<>();
    for (Field condition : object.elements("status.conditions")) {
      Field type = condition.at("type");
      if (!types.add(type.text())) {
        errors.duplicate(type);
      }
      errors.requireText(type);
    }
  }

  private static void checkRule(Field rule, Errors errors) {
    List<Field> subjects = rule.elements("subjects");
    if (subjects.isEmpty()) {
      errors.required(rule.at("subjects"), "subjects must contain at least one value");
    }
    subjects.forEach(subject -> checkSubject(subject, errors));
    List<Field> ofResources = rule.elements("resourceRules");
    List<Field> ofPaths = rule.elements("nonResourceRules");
    if (ofResources.isEmpty() && ofPaths.isEmpty()) {
      errors.required(
          rule, "at least one of resourceRules and nonResourceRules has to be non-empty");
    }
    ofResources.forEach(each -> checkResourceRule(each, errors));
    ofPaths.forEach(each -> checkPathRule(each, errors));
  }

  private static void checkSubject(Field subject, Errors errors) {
    String kind = subject.text("kind");
    String own = MEMBERS.get(kind);
    if (own == null) {
      errors.notIn(subject.at("kind"), SUBJECTS);
      return;
    }
    Field named = subject.at(own);
    if (!named.isSet()) {
      errors.required(named, own + " is required when subject kind is '" + kind + "'");
    } else {
      checkNamed(kind, named, errors);
    }
    for (String other : List.of("ServiceAccount", "User", "Group")) {
      String member = Objects.requireNonNull(MEMBERS.get(other));
      if (!other.equals(kind) && subject.has(member)) {
        errors.forbidden(
            subject.at(member), member + " is forbidden when subject kind is not '" + other + "'");
      }
    }
  }

  private static void checkNamed(String kind, Field named, Errors errors) {
    Field name = named.at("name");
    errors.requireText(name);
    if (kind.equals("ServiceAccount")) {
      if (!name.text().isEmpty() && !name.text().equals(ALL)) {
        errors.invalidFor(name, ObjectNames.subdomainProblems(name.text(), false));
      }
      Field namespace = named.at("namespace");
      if (namespace.text().isEmpty()) {
        errors.required(namespace, "must specify namespace for service account");
      } else {
        errors.invalidFor(namespace, ObjectNames.labelProblems(namespace.text(), false));
      }
    }
  }

  private static void checkVerbs(Field rule, Errors errors) {
    Field verbs = rule.at("verbs");
    if (verbs.elements().isEmpty()) {
      errors.required(verbs, "verbs must contain at least one value");
    } else if (hasAll(verbs)) {
      checkAlone(verbs, "verbs", errors);
    } else if (!verbs.elements().stream().allMatch(each -> VERBS.contains(each.text()))) {
      errors.notSupported(verbs, verbs.node(), VERBS);
    }
  }

  private static void checkResourceRule(Field rule, Errors errors) {
    checkVerbs(rule, errors);
    Field groups = rule.at("apiGroups");
    if (groups.elements().isEmpty()) {
      errors.required(groups, "resource rules must supply at least one api group");
    } else if (hasAll(groups)) {
      checkAlone(groups, "api groups", errors);
    }
    Field resources = rule.at("resources");
    if (resources.elements().isEmpty()) {
      errors.required(resources, "resource rules must supply at least one resource");
    } else if (hasAll(resources)) {
      checkAlone(resources, "resources", errors);
    }
    Field namespaces = rule.at("namespaces");
    if (namespaces.elements().isEmpty() && !rule.isTrue("clusterScope")) {
      errors.required(
          namespaces,
          "resource rules that are not cluster scoped must supply at least one namespace");
    } else if (hasAll(namespaces)) {
      checkAlone(namespaces, "namespaces", errors);
    } else {
      for (Field each : namespaces.elements()) {
        for (String problem : ObjectNames.labelProblems(each.text(), false)) {
          errors.invalid(
              each, "each member of this list must be '*' or a DNS-1123 label; " + problem);
        }
      }
    }
  }

  private static void checkPathRule(Field rule, Errors errors) {
    checkVerbs(rule, errors);
    Field paths = rule.at("nonResourceURLs");
    if (paths.elements().isEmpty()) {
      errors.required(paths, "nonResourceURLs must contain at least one value");
    } else if (hasAll(paths)) {
      checkAlone(paths, "non-resource URLs", errors);
    } else {
      paths.elements().forEach(path -> checkPath(path, errors));
    }
  }

  private static void checkPath(Field path, Errors errors) {
    String text = path.text();
    int star = text.indexOf('*');
    if (text.isEmpty()) {
      errors.invalidText(path, "must not be empty");
    } else if (!text.startsWith("/")) {
      errors.invalid(path, "must start with slash");
    } else if (text.contains(" ")) {
      errors.invalid(path, "must not contain white-space");
    } else if (text.contains("//")) {
      errors.invalid(path, "must not contain double slash");
    } else if (star >= 0 && (star < text.length() - 1 || !text.endsWith("/*"))) {
      errors.invalid(path, "wildcard can only do suffix matching");
    }
  }

  private static boolean hasAll(Field list) {
    return list.elements().stream().anyMatch(each -> each.text().equals(ALL));
  }

  private static void checkAlone(Field list, String others, Errors errors) {
    if (list.elements().size() > 1) {
      errors.invalid(list, "if '*' is present, must not specify other " + others);
    }
  }
}
