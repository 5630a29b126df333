package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.HumanDuration;
import io.usher.apiserver.api.SelectableField;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Jobs. */
final class Jobs implements BuiltInKind {

  private static final String UID_LABEL = "batch.kubernetes.io/controller-uid";
  private static final String NAME_LABEL = "batch.kubernetes.io/job-name";
  private static final List<String> FIXED =
      List.of(
          "completionMode",
          "podFailurePolicy",
          "backoffLimitPerIndex",
          "managedBy",
          "successPolicy");
  private static final List<String> STATES =
      List.of("Complete", "Failed", "Suspended", "FailureTarget", "SuccessCriteriaMet");

  private final Clock clock;

  Jobs(Clock clock) {
    this.clock = clock;
  }

  @Override
  public void setDefaults(ObjectNode object) {
    ObjectNode spec = Defaults.object(object, "spec");
    if (!spec.has("completions") && !spec.has("parallelism")) {
      spec.put("completions", 1);
    }
    Defaults.number(spec, "parallelism", 1);
    Defaults.number(spec, "backoffLimit", spec.has("backoffLimitPerIndex") ? Integer.MAX_VALUE : 6);
    Defaults.text(spec, "completionMode", "NonIndexed");
    Defaults.flag(spec, "suspend", false);
    Defaults.text(
        spec,
        "podReplacementPolicy",
        spec.has("podFailurePolicy") ? "Failed" : "TerminatingOrFailed");
    Defaults.flag(spec, "manualSelector", false);
    JobSpecs.setDefaults(spec);
    labelAsTemplate(object);
  }

  private static void labelAsTemplate(ObjectNode object) {
    JsonNode labels = object.at("/spec/template/metadata/labels");
    ObjectNode metadata = Defaults.object(object, "metadata");
    if (metadata.path("labels").isEmpty() && !labels.isEmpty()) {
      metadata.set("labels", labels.deepCopy());
    }
  }

  @Override
  public void prepareForCreate(ObjectNode object) {
    object.putObject("status");
    ObjectNode spec = Defaults.object(object, "spec");
    if (spec.path("manualSelector").asBoolean()) {
      return;
    }
    ObjectNode metadata = Defaults.object(object, "metadata");
    ObjectNode template = Defaults.object(Defaults.object(spec, "template"), "metadata");
    boolean labeled = metadata.path("labels").isEmpty();
    // labels that came from the template are the template's own, as one map in Go
    labeled |= metadata.path("labels").equals(template.path("labels"));
    ObjectNode labels = Defaults.object(template, "labels");
    String uid = metadata.path("uid").asText();
    for (Map.Entry<String, String> each :
        Map.of(
                NAME_LABEL,
                metadata.path("name").asText(),
                "job-name",
                metadata.path("name").asText(),
                UID_LABEL,
                uid,
                "controller-uid",
                uid)
            .entrySet()) {
      Defaults.text(labels, each.getKey(), each.getValue());
    }
    ObjectNode selector = Defaults.object(Defaults.object(spec, "selector"), "matchLabels");
    Defaults.text(selector, UID_LABEL, uid);
    if (labeled) {
      metadata.set("labels", labels.deepCopy());
    }
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var errors = new Errors();
    check(Field.of(object), errors);
    return errors.list();
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
    var errors = new Errors();
    Field spec = Field.of(object).at("spec");
    Field before = Field.of(old).at("spec");
    checkSpec(spec, errors);
    if (!spec.text("completionMode").equals("Indexed")) {
      errors.immutable(spec.at("completions"), before.at("completions"));
    } else if (!Errors.same(spec.at("completions").node(), before.at("completions").node())
        && spec.number("completions") != spec.number("parallelism")) {
      errors.invalid(
          spec.at("completions"), "can only be modified in tandem with spec.parallelism");
    }
    errors.immutable(spec.at("selector"), before.at("selector"));
    if (!before.isTrue("suspend")) {
      errors.immutable(spec.at("template"), before.at("template"));
    }
    FIXED.forEach(member -> errors.immutable(spec.at(member), before.at(member)));
    return errors.list();
  }

  private static void check(Field job, Errors errors) {
    Field spec = job.at("spec");
    if (!spec.isTrue("manualSelector")) {
      generated(job, errors);
    }
    checkSpec(spec, errors);
    long completions = spec.number("completions");
    if (spec.text("completionMode").equals("Indexed") && completions > 0) {
      String host = job.text("metadata.name") + '-' + (completions - 1);
      if (!Names.label(host).isEmpty()) {
        errors.invalid(
            job.at("metadata.name"), "will not able to create pod with invalid DNS label: " + host);
      }
    }
  }

  /** Labels and selector have to be those that the server makes. */
  private static void generated(Field job, Errors errors) {
    Field labels = job.at("spec.template.metadata.labels");
    String uid = job.text("metadata.uid");
    String name = job.text("metadata.name");
    hasLabel(labels, "controller-uid", uid, errors);
    hasLabel(labels, "job-name", name, errors);
    hasLabel(labels, UID_LABEL, uid, errors);
    hasLabel(labels, NAME_LABEL, name, errors);
    Field selector = job.at("spec.selector");
    JsonNode selected = selector.at("matchLabels").node();
    if (selected.size() != 1 || !selected.path(UID_LABEL).asText().equals(uid)) {
      errors.invalid(selector, "`selector` not auto-generated");
    }
  }

  private static void hasLabel(Field labels, String key, String expected, Errors errors) {
    if (!labels.key(key).text().equals(expected)) {
      // all of them are shown
      errors.invalid(
          labels.key(key), Workloads.sorted(labels.node()), "must be '" + expected + "'");
    }
  }

  private static void checkSpec(Field spec, Errors errors) {
    JobSpecs.check(spec, errors);
    Field selector = spec.at("selector");
    if (selector.isSet()) {
      LabelSelectors.check(selector, errors);
    } else {
      errors.required(selector);
    }
    if (LabelSelectors.isKnown(selector.node())) {
      Workloads.matches(selector, spec.at("template"), errors);
    }
  }

  @Override
  public List<String> warnings(ObjectNode object) {
    return PodWarnings.ofTemplate(object, "spec.template", true);
  }

  @Override
  public JsonNode cell(String column, ObjectNode object) {
    Field job = Field.of(object);
    return switch (column) {
      case "Status" -> TextNode.valueOf(state(job));
      case "Completions" -> TextNode.valueOf(completions(job));
      case "Duration" -> TextNode.valueOf(duration(job.at("status")));
      default -> Workloads.cell(column, job.at("spec"));
    };
  }

  private static String state(Field job) {
    for (String state : STATES) {
      if (state.equals("Suspended") && job.has("metadata.deletionTimestamp")) {
        return "Terminating";
      }
      boolean is =
          job.elements("status.conditions").stream()
              .anyMatch(
                  each -> each.text("type").equals(state) && each.text("status").equals("True"));
      if (is) {
        return state;
      }
    }
    return "Running";
  }

  private static String completions(Field job) {
    long succeeded = job.number("status.succeeded");
    if (job.has("spec.completions")) {
      return succeeded + "/" + job.number("spec.completions");
    }
    long parallel = job.number("spec.parallelism");
    return succeeded + "/1" + (parallel > 1 ? " of " + parallel : "");
  }

  private String duration(Field status) {
    if (!status.has("startTime")) {
      return "";
    }
    Instant end =
        status.has("completionTime")
            ? Instant.parse(status.text("completionTime"))
            : clock.instant();
    return HumanDuration.of(Duration.between(Instant.parse(status.text("startTime")), end));
  }

  @Override
  public List<SelectableField> selectableFields() {
    return List.of(
        new SelectableField(
            "status.successful", job -> Integer.toString(job.at("/status/succeeded").asInt())));
  }
}
