package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.SelectableField;
import io.usher.apiserver.api.Strategy;
import java.util.List;

/** What is special about one built-in kind. All of it has a default. */
interface BuiltInKind extends Strategy {

  /** Sets what is absent and has a default. */
  default void setDefaults(ObjectNode object) {}

  @Override
  default boolean requiresQualifiedFinalizers() {
    return true;
  }

  /** An object's cell in a column of its Table other than Name, Age and Created At. */
  default JsonNode cell(String column, ObjectNode object) {
    return TextNode.valueOf("");
  }

  /** An object's cell in the column Name. */
  default JsonNode nameCell(ObjectNode object) {
    return TextNode.valueOf(object.at("/metadata/name").asText());
  }

  /** What field selectors may name beside name and namespace. */
  default List<SelectableField> selectableFields() {
    return List.of();
  }
}
