package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.FieldError;
import java.util.List;
import java.util.Set;

/** PodTemplates. */
final class PodTemplates implements BuiltInKind {

  @Override
  public void setDefaults(ObjectNode object) {
    Workloads.setTemplateDefaults(object);
  }

  @Override
  public boolean returnsDeletedObject() {
    return true;
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var errors = new Errors();
    PodChecks.template(Field.of(object).at("template"), Set.of(), errors);
    return errors.list();
  }

  @Override
  public List<String> warnings(ObjectNode object) {
    return PodWarnings.ofTemplate(object, "template", false);
  }

  @Override
  public JsonNode cell(String column, ObjectNode object) {
    return WorkloadRows.template(column, Field.of(object));
  }
}
