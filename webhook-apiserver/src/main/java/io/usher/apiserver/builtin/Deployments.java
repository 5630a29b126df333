package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.FieldError;
import java.util.List;
import java.util.Set;

/** Deployments. */
final class Deployments implements BuiltInKind {

  private static final String ROLLING = "RollingUpdate";
  private static final String RECREATE = "Recreate";

  @Override
  public void setDefaults(ObjectNode object) {
    ObjectNode spec = Defaults.object(object, "spec");
    Defaults.number(spec, "replicas", 1);
    ObjectNode strategy = Defaults.object(spec, "strategy");
    Defaults.text(strategy, "type", ROLLING);
    if (strategy.path("type").asText().equals(ROLLING)) {
      ObjectNode rolling = Defaults.object(strategy, "rollingUpdate");
      Defaults.text(rolling, "maxUnavailable", "25%");
      Defaults.text(rolling, "maxSurge", "25%");
    }
    Defaults.number(spec, "revisionHistoryLimit", 10);
    Defaults.number(spec, "progressDeadlineSeconds", 600);
    Workloads.setTemplateDefaults(spec);
  }

  @Override
  public void prepareForCreate(ObjectNode object) {
    object.putObject("status");
  }

  /** They may say how to roll out. */
  @Override
  public boolean generationCountsAnnotations() {
    return true;
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
    Field status = Field.of(object).at("status");
    Workloads.counts(
        status,
        List.of(
            "observedGeneration",
            "replicas",
            "updatedReplicas",
            "readyReplicas",
            "availableReplicas",
            "unavailableReplicas",
            "terminatingReplicas",
            "collisionCount"),
        List.of("updatedReplicas", "readyReplicas", "availableReplicas"),
        errors);
    if (status.number("collisionCount") < Field.of(old).at("status").number("collisionCount")) {
      errors.invalidNumber(status.at("collisionCount"), "cannot be decremented");
    }
    return errors.list();
  }

  private static void check(Field spec, Errors errors) {
    errors.notNegative(spec.at("replicas"));
    Field selector = spec.at("selector");
    Field template = spec.at("template");
    Workloads.selector(selector, "deployment", errors);
    if (LabelSelectors.isKnown(selector.node())) {
      if (!LabelSelectors.isEmpty(selector.node()) || !selector.isSet()) {
        Workloads.matches(selector, template, errors);
      }
      Workloads.template(template, Set.of(), "ReplicaSet", errors);
    } else {
      errors.invalid(selector, "invalid label selector");
    }
    strategy(spec.at("strategy"), errors);
    errors.notNegative(spec.at("minReadySeconds"));
    errors.notNegative(spec.at("revisionHistoryLimit"));
    Field deadline = spec.at("progressDeadlineSeconds");
    errors.notNegative(deadline);
    if (deadline.number() <= spec.number("minReadySeconds")) {
      errors.invalid(deadline, "must be greater than minReadySeconds");
    }
  }

  private static void strategy(Field strategy, Errors errors) {
    Field rolling = strategy.at("rollingUpdate");
    switch (strategy.text("type")) {
      case RECREATE -> {
        if (rolling.isSet()) {
          errors.forbidden(rolling, "may not be specified when strategy `type` is 'Recreate'");
        }
      }
      case ROLLING -> {
        Field unavailable = rolling.at("maxUnavailable");
        Field surge = rolling.at("maxSurge");
        Percents.check(unavailable, errors);
        Percents.check(surge, errors);
        if (Percents.number(unavailable) == 0 && Percents.number(surge) == 0) {
          errors.invalid(unavailable, "may not be 0 when `maxSurge` is 0");
        }
        Percents.notMoreThanAll(unavailable, errors);
      }
      default ->
          errors.notSupported(
              strategy, Workloads.strategyShown(strategy), List.of(RECREATE, ROLLING));
    }
  }

  @Override
  public List<String> warnings(ObjectNode object) {
    return PodWarnings.ofTemplate(object, "spec.template", true);
  }

  @Override
  public JsonNode cell(String column, ObjectNode object) {
    Field deployment = Field.of(object);
    Field status = deployment.at("status");
    return switch (column) {
      case "Ready" ->
          TextNode.valueOf(
              status.number("readyReplicas") + "/" + deployment.number("spec.replicas"));
      case "Up-to-date" -> LongNode.valueOf(status.number("updatedReplicas"));
      case "Available" -> LongNode.valueOf(status.number("availableReplicas"));
      default -> Workloads.cell(column, deployment.at("spec"));
    };
  }
}
