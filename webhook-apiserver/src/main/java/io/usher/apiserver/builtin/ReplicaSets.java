package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.FieldError;
import java.util.List;
import java.util.Set;

/** ReplicaSets. */
final class ReplicaSets implements BuiltInKind {

  @Override
  public void setDefaults(ObjectNode object) {
    ObjectNode spec = Defaults.object(object, "spec");
    Defaults.number(spec, "replicas", 1);
    Workloads.setTemplateDefaults(spec);
  }

  @Override
  public void prepareForCreate(ObjectNode object) {
    object.putObject("status");
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var errors = new Errors();
    check(Field.of(object).at("spec"), errors);
    return errors.list();
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
    var errors = new Errors();
    Field spec = Field.of(object).at("spec");
    check(spec, errors);
    errors.immutable(spec.at("selector"), Field.of(old).at("spec.selector"));
    return errors.list();
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
            "observedGeneration",
            "terminatingReplicas"),
        List.of("fullyLabeledReplicas", "readyReplicas", "availableReplicas"),
        errors);
    return errors.list();
  }

  private static void check(Field spec, Errors errors) {
    errors.notNegative(spec.at("replicas"));
    errors.notNegative(spec.at("minReadySeconds"));
    Field selector = spec.at("selector");
    // kube-apiserver calls it so here, too
    Workloads.selector(selector, "deployment", errors);
    if (LabelSelectors.isKnown(selector.node())) {
      if (!LabelSelectors.isEmpty(selector.node()) || !selector.isSet()) {
        Workloads.matches(selector, spec.at("template"), errors);
      }
      Workloads.template(spec.at("template"), Set.of(), "ReplicaSet", errors);
    } else {
      errors.invalid(selector, "invalid label selector");
    }
  }

  @Override
  public List<String> warnings(ObjectNode object) {
    return PodWarnings.ofTemplate(object, "spec.template", true);
  }

  @Override
  public JsonNode cell(String column, ObjectNode object) {
    return WorkloadRows.replicas(column, Field.of(object));
  }
}
