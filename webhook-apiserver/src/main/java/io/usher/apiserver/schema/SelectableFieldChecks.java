package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import io.usher.apiserver.api.FieldError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What is wrong with the {@code selectableFields} of a definition. */
public final class SelectableFieldChecks {

  private static final int MOST = 8;
  private static final Set<String> TYPES = Set.of("string", "boolean", "integer");

  private SelectableFieldChecks() {}

  /**
   * What is wrong with them.
   *
   * @param schema of the whole object
   * @param path of the fields in the definition
   */
  public static List<FieldError> check(JsonNode fields, JsonNode schema, String path) {
    var errors = new ArrayList<FieldError>();
    var seen = new HashSet<String>();
    SchemaNode root = SchemaNode.of(schema);
    for (int i = 0; i < fields.size(); i++) {
      JsonNode field = fields.get(i).path("jsonPath");
      String at = path + '[' + i + "].jsonPath";
      if (field.asText().isEmpty()) {
        errors.add(FieldError.required(at, ""));
        continue;
      }
      FieldPath found =
          field.asText().indexOf('[') < 0
              ? FieldPath.of(field.asText(), root)
              : new FieldPath("", null, "array notation is not allowed");
      if (!found.problem().isEmpty()) {
        errors.add(FieldError.invalid(at, field, "is an invalid path: " + found.problem()));
        continue;
      }
      if (found.normalized().startsWith("metadata")) {
        errors.add(FieldError.invalid(at, field, "must not point to fields in metadata"));
      }
      if (found.schema() == null || !TYPES.contains(found.schema().type())) {
        errors.add(
            FieldError.invalid(
                at,
                field,
                "must point to a field of type string, boolean or integer. Enum string fields and"
                    + " strings with formats are allowed."));
      }
      if (!seen.add(found.normalized())) {
        errors.add(FieldError.duplicate(at, field));
      }
    }
    if (seen.size() > MOST) {
      errors.add(
          new FieldError(
              FieldError.Reason.TOO_MANY,
              path,
              IntNode.valueOf(seen.size()),
              "must have at most " + MOST + " items"));
    }
    return errors;
  }
}
