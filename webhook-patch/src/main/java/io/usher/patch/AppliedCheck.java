package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is wrong with an applied configuration by its schema, in kube-apiserver's words. */
final class AppliedCheck {
  private final List<String> problems = new ArrayList<>();
  private final List<String> path = new ArrayList<>();

  private AppliedCheck() {}

  /**
   * Checks a configuration.
   *
   * @throws PatchException naming each field that the type has not, and each element that its list
   *     can't have
   */
  static void check(JsonNode applied, FieldSchema schema) {
    var check = new AppliedCheck();
    check.value(applied, schema);
    if (!check.problems.isEmpty()) {
      throw new PatchException(
          "",
          check.problems.size() == 1
              ? check.problems.get(0)
              : "errors:\n  " + String.join("\n  ", check.problems));
    }
  }

  /** Where a configuration has a list, a map or a struct that has one owner as a whole. */
  static List<String> atomics(JsonNode applied, FieldSchema schema) {
    var found = new ArrayList<String>();
    addAtomics(applied, schema, "", found);
    return found;
  }

  private static void addAtomics(
      JsonNode value, FieldSchema schema, String path, List<String> found) {
    if (value.isObject()) {
      if (schema.isAtomicMap()) {
        found.add(path);
      }
      for (Map.Entry<String, JsonNode> member : value.properties()) {
        FieldSchema field = schema.type().knownField(member.getKey());
        if (field != null) {
          addAtomics(member.getValue(), field, path + '.' + member.getKey(), found);
        }
      }
    } else if (value.isArray()) {
      if (schema.isAtomicList()) {
        found.add(path);
      }
      for (int i = 0; i < value.size(); i++) {
        addAtomics(value.get(i), schema.element(), path + '[' + i + ']', found);
      }
    }
  }

  private void add(String problem) {
    problems.add(path.isEmpty() ? problem : PathElement.display(path) + ": " + problem);
  }

  private void value(JsonNode value, FieldSchema schema) {
    if (value.isObject()) {
      members(value, schema);
    } else if (value.isArray()) {
      elements(value, schema);
    }
  }

  private void members(JsonNode map, FieldSchema schema) {
    for (Map.Entry<String, JsonNode> member : map.properties()) {
      path.add(PathElement.field(member.getKey()));
      FieldSchema field = schema.type().knownField(member.getKey());
      if (field == null) {
        add("field not declared in schema");
      } else {
        value(member.getValue(), field);
      }
      path.remove(path.size() - 1);
    }
  }

  private void elements(JsonNode list, FieldSchema schema) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < list.size(); i++) {
      String step = PathElement.index(i);
      if (!schema.isAtomicList()) {
        try {
          step = PathElement.of(list.get(i), schema);
        } catch (PatchException e) {
          add("element " + i + ": " + e.getMessage());
          return;
        }
        if (!seen.add(step)) {
          add("duplicate entries for key " + PathElement.display(List.of(step)));
        }
      }
      path.add(step);
      value(list.get(i), schema.element());
      path.remove(path.size() - 1);
    }
  }
}
