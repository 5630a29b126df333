package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.FieldError;
import java.util.List;
import java.util.Set;

/** DaemonSets. */
final class DaemonSets implements BuiltInKind {

  private static final String ROLLING = "RollingUpdate";
  private static final String ON_DELETE = "OnDelete";
  private static final String GENERATION = "deprecated.daemonset.template.generation";

  @Override
  public void setDefaults(ObjectNode object) {
    ObjectNode spec = Defaults.object(object, "spec");
    ObjectNode strategy = Defaults.object(spec, "updateStrategy");
    Defaults.text(strategy, "type", ROLLING);
    if (strategy.path("type").asText().equals(ROLLING)) {
      ObjectNode rolling = Defaults.object(strategy, "rollingUpdate");
      Defaults.number(rolling, "maxUnavailable", 1);
      Defaults.number(rolling, "maxSurge", 0);
    }
    Defaults.number(spec, "revisionHistoryLimit", 10);
    Workloads.setTemplateDefaults(spec);
  }

  @Override
  public void prepareForCreate(ObjectNode object) {
    object.putObject("status");
    generation(object, 1);
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode old) {
    long before = old.path("metadata").path("annotations").path(GENERATION).asLong();
    boolean same = object.at("/spec/template").equals(old.at("/spec/template"));
    generation(object, same ? before : before + 1);
  }

  private static void generation(ObjectNode object, long generation) {
    Defaults.object(Defaults.object(object, "metadata"), "annotations")
        .put(GENERATION, Long.toString(generation));
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
    errors.immutable(spec.at("selector"), Field.of(old).at("spec.selector"));
    check(spec, errors);
    return errors.list();
  }

  private static void check(Field spec, Errors errors) {
    Field selector = spec.at("selector");
    LabelSelectors.check(selector, errors);
    if (LabelSelectors.isKnown(selector.node())) {
      Workloads.matches(selector, spec.at("template"), errors);
    }
    Workloads.notEmpty(selector, "daemonset", errors);
    Workloads.template(spec.at("template"), Set.of(), "DaemonSet", errors);
    errors.notNegative(spec.at("minReadySeconds"));
    strategy(spec.at("updateStrategy"), errors);
    errors.notNegative(spec.at("revisionHistoryLimit"));
  }

  private static void strategy(Field strategy, Errors errors) {
    switch (strategy.text("type")) {
      case ON_DELETE -> {
        // nothing rolls
      }
      case ROLLING -> {
        Field unavailable = strategy.at("rollingUpdate.maxUnavailable");
        Field surge = strategy.at("rollingUpdate.maxSurge");
        Percents.check(unavailable, errors);
        Percents.check(surge, errors);
        Percents.notMoreThanAll(unavailable, errors);
        Percents.notMoreThanAll(surge, errors);
        boolean surges = Percents.number(surge) != 0;
        if (Percents.number(unavailable) == 0) {
          if (!surges) {
            errors.required(unavailable, "cannot be 0 when maxSurge is 0");
          }
        } else if (surges) {
          errors.invalid(surge, "may not be set when maxUnavailable is non-zero");
        }
      }
      default ->
          errors.notSupported(
              strategy, Workloads.strategyShown(strategy), List.of(ROLLING, ON_DELETE));
    }
  }

  @Override
  public List<String> warnings(ObjectNode object) {
    return PodWarnings.ofTemplate(object, "spec.template", false);
  }

  @Override
  public JsonNode cell(String column, ObjectNode object) {
    Field set = Field.of(object);
    Field status = set.at("status");
    return switch (column) {
      case "Desired" -> LongNode.valueOf(status.number("desiredNumberScheduled"));
      case "Current" -> LongNode.valueOf(status.number("currentNumberScheduled"));
      case "Ready" -> LongNode.valueOf(status.number("numberReady"));
      case "Up-to-date" -> LongNode.valueOf(status.number("updatedNumberScheduled"));
      case "Available" -> LongNode.valueOf(status.number("numberAvailable"));
      case "Node Selector" ->
          LabelSelectors.labelsShown(set.at("spec.template.spec.nodeSelector").node());
      default -> Workloads.cell(column, set.at("spec"));
    };
  }
}
