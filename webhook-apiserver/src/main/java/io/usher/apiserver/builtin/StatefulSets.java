package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.ObjectNames;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** StatefulSets. */
final class StatefulSets implements BuiltInKind {

  private static final String ROLLING = "RollingUpdate";
  private static final String ON_DELETE = "OnDelete";
  private static final List<String> RETENTION = List.of("Retain", "Delete");
  private static final List<String> CHANGEABLE =
      List.of(
          "replicas",
          "template",
          "updateStrategy",
          "minReadySeconds",
          "ordinals",
          "revisionHistoryLimit",
          "persistentVolumeClaimRetentionPolicy");
  private static final String FIXED =
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template',"
          + " 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and"
          + " 'minReadySeconds' are forbidden";

  @Override
  public void setDefaults(ObjectNode object) {
    ObjectNode spec = Defaults.object(object, "spec");
    Defaults.text(spec, "podManagementPolicy", "OrderedReady");
    ObjectNode strategy = Defaults.object(spec, "updateStrategy");
    if (!strategy.has("type")) {
      strategy.put("type", ROLLING);
      Defaults.object(strategy, "rollingUpdate");
    }
    if (strategy.path("type").asText().equals(ROLLING)
        && strategy.get("rollingUpdate") instanceof ObjectNode rolling) {
      Defaults.number(rolling, "partition", 0);
    }
    ObjectNode retention = Defaults.object(spec, "persistentVolumeClaimRetentionPolicy");
    Defaults.text(retention, "whenDeleted", "Retain");
    Defaults.text(retention, "whenScaled", "Retain");
    Defaults.number(spec, "replicas", 1);
    Defaults.number(spec, "revisionHistoryLimit", 10);
    Workloads.setTemplateDefaults(spec);
    for (ObjectNode claim : Defaults.objects(spec, "volumeClaimTemplates")) {
      Defaults.text(claim, "apiVersion", "v1");
      Defaults.text(claim, "kind", "PersistentVolumeClaim");
      PersistentVolumeClaims.setSpecDefaults(Defaults.object(claim, "spec"));
      Defaults.text(Defaults.object(claim, "status"), "phase", "Pending");
    }
  }

  @Override
  public void prepareForCreate(ObjectNode object) {
    object.putObject("status").put("replicas", 0).put("availableReplicas", 0);
  }

  @Override
  public List<String> validateName(String name, boolean prefix) {
    return ObjectNames.labelProblems(name, prefix);
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var errors = new Errors();
    Field spec = Field.of(object).at("spec");
    check(spec, true, errors);
    return errors.list();
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
    var errors = new Errors();
    Field spec = Field.of(object).at("spec");
    check(spec, false, errors);
    if (!fixedPart(spec.node()).equals(fixedPart(old.path("spec")))) {
      errors.forbidden(spec, FIXED);
    }
    return errors.list();
  }

  private static JsonNode fixedPart(JsonNode spec) {
    ObjectNode fixed = spec.deepCopy();
    return fixed.remove(CHANGEABLE);
  }

  /**
   * Checks a spec.
   *
   * @param isNew whether the fields that never change are checked too
   */
  private static void check(Field spec, boolean isNew, Errors errors) {
    policies(spec, errors);
    if (isNew) {
      for (Field claim : spec.elements("volumeClaimTemplates")) {
        PersistentVolumeClaims.checkSpec(claim.at("spec"), errors);
      }
    }
    errors.notNegative(spec.at("replicas"));
    errors.notNegative(spec.at("minReadySeconds"));
    errors.notNegative(spec.at("ordinals.start"));
    if (isNew && !spec.text("serviceName").isEmpty()) {
      errors.invalidFor(spec.at("serviceName"), Names.label(spec.text("serviceName")));
    }
    Field selector = spec.at("selector");
    Workloads.selector(selector, "statefulset", errors);
    if (LabelSelectors.isKnown(selector.node())) {
      template(spec, selector, errors);
    } else {
      errors.invalid(selector, "");
    }
    Workloads.forEver(spec.at("template"), "StatefulSet", errors);
  }

  private static void policies(Field spec, Errors errors) {
    Field management = spec.at("podManagementPolicy");
    if (!List.of("OrderedReady", "Parallel").contains(management.text())) {
      errors.invalid(management, "must be 'OrderedReady' or 'Parallel'");
    }
    Field strategy = spec.at("updateStrategy");
    Field rolling = strategy.at("rollingUpdate");
    switch (strategy.text("type")) {
      case ON_DELETE -> {
        if (rolling.isSet()) {
          errors.invalid(
              rolling, rollingShown(rolling), "only allowed for updateStrategy 'RollingUpdate'");
        }
      }
      case ROLLING -> {
        errors.notNegative(rolling.at("partition"));
        if (rolling.has("maxUnavailable")) {
          Percents.check(rolling.at("maxUnavailable"), errors);
          Percents.notMoreThanAll(rolling.at("maxUnavailable"), errors);
        }
      }
      default ->
          errors.invalid(
              strategy, Workloads.strategyShown(strategy), "must be 'RollingUpdate' or 'OnDelete'");
    }
    Field retention = spec.at("persistentVolumeClaimRetentionPolicy");
    errors.notIn(retention.at("whenDeleted"), RETENTION);
    errors.notIn(retention.at("whenScaled"), RETENTION);
  }

  /** The Go struct that kube-apiserver shows. */
  private static JsonNode rollingShown(Field rolling) {
    ObjectNode shown = JsonNodeFactory.instance.objectNode();
    shown.put("Partition", rolling.number("partition"));
    return shown.putNull("MaxUnavailable");
  }

  /** Claims are volumes; host name and subdomain are the controller's. */
  private static void template(Field spec, Field selector, Errors errors) {
    Field template = spec.at("template");
    if (!LabelSelectors.isEmpty(selector.node()) || !selector.isSet()) {
      Workloads.matches(selector, template, errors);
    }
    ObjectNode checked = template.node().deepCopy();
    Defaults.objectIfAny(checked, "spec").remove(List.of("hostname", "subdomain"));
    Set<String> claims =
        spec.elements("volumeClaimTemplates").stream()
            .map(claim -> claim.text("metadata.name"))
            .collect(Collectors.toSet());
    PodChecks.template(new Field(template.path(), checked), claims, errors);
    // kube-apiserver says it twice
    Names.labels(
        new Field(template.path() + ".labels", template.at("metadata.labels").node()), errors);
  }

  @Override
  public List<String> warnings(ObjectNode object) {
    return PodWarnings.ofTemplate(object, "spec.template", false);
  }

  @Override
  public JsonNode cell(String column, ObjectNode object) {
    Field set = Field.of(object);
    return column.equals("Ready")
        ? TextNode.valueOf(set.number("status.readyReplicas") + "/" + set.number("spec.replicas"))
        : Workloads.cell(column, set.at("spec"));
  }
}
