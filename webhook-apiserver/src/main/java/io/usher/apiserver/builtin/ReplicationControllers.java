package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.SelectableField;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** ReplicationControllers. */
final class ReplicationControllers implements BuiltInKind {

  @Override
  public void setDefaults(ObjectNode object) {
    ObjectNode spec = Defaults.object(object, "spec");
    Defaults.number(spec, "replicas", 1);
    if (spec.get("template") instanceof ObjectNode) {
      Workloads.setTemplateDefaults(spec);
    }
    if (spec.at("/template/metadata/labels") instanceof ObjectNode labels && !labels.isEmpty()) {
      ObjectNode metadata = Defaults.object(object, "metadata");
      if (metadata.path("labels").isEmpty()) {
        metadata.set("labels", labels.deepCopy());
      }
      if (spec.path("selector").isEmpty()) {
        spec.set("selector", labels.deepCopy());
      }
    }
  }

  @Override
  public void prepareForCreate(ObjectNode object) {
    object.putObject("status");
  }

  @Override
  public List<SelectableField> selectableFields() {
    return List.of(SelectableField.at("status.replicas"));
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var errors = new Errors();
    Field spec = Field.of(object).at("spec");
    errors.notNegative(spec.at("minReadySeconds"));
    Field selector = spec.at("selector");
    if (selector.members().isEmpty()) {
      errors.required(selector);
    }
    errors.notNegative(spec.at("replicas"));
    Field template = spec.at("template");
    if (template.isSet()) {
      if (!selects(selector, template.at("metadata.labels"))) {
        Workloads.mismatch(template, errors);
      }
      Workloads.template(template, Set.of(), "ReplicationController", errors);
    } else {
      errors.required(template);
    }
    return errors.list();
  }

  private static boolean selects(Field selector, Field labels) {
    for (Map.Entry<String, Field> each : selector.members().entrySet()) {
      if (!each.getValue().node().equals(labels.node().path(each.getKey()))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public List<FieldError> validatePartUpdate(String part, ObjectNode object, ObjectNode old) {
    var errors = new Errors();
    Workloads.counts(
        Field.of(object).at("status"),
        List.of(
            "replicas",
            "fullyLabeledReplicas",
            "readyReplicas",
            "availableReplicas",
            "observedGeneration"),
        List.of("fullyLabeledReplicas", "readyReplicas", "availableReplicas"),
        errors);
    return errors.list();
  }

  @Override
  public List<String> warnings(ObjectNode object) {
    return PodWarnings.ofTemplate(object, "spec.template", true);
  }

  @Override
  public JsonNode cell(String column, ObjectNode object) {
    return WorkloadRows.controller(column, Field.of(object));
  }
}
