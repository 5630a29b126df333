package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.SelectableField;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Pods. */
final class Pods implements BuiltInKind {

  private static final String UPDATABLE =
      "pod updates may not change fields other than"
          + " `spec.containers[*].image`,`spec.initContainers[*].image`,"
          + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing"
          + " tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was"
          + " previously negative)";

  private final Clock clock;

  Pods(Clock clock) {
    this.clock = clock;
  }

  @Override
  public void setDefaults(ObjectNode object) {
    ObjectNode spec = Defaults.object(object, "spec");
    PodDefaults.setPodDefaults(spec);
    PodDefaults.setSpecDefaults(spec);
    addressesFromAddress(Defaults.objectIfAny(object, "status"));
  }

  /** {@code podIP} is the first of {@code podIPs}, whatever old clients make of them. */
  private static void addressesFromAddress(ObjectNode status) {
    String address = status.path("podIP").asText();
    if (!address.isEmpty() && !status.at("/podIPs/0/ip").asText().equals(address)) {
      status.putArray("podIPs").addObject().put("ip", address);
    }
  }

  @Override
  public void prepareForCreate(ObjectNode object) {
    ObjectNode status = object.putObject("status");
    status.put("phase", "Pending").put("qosClass", PodQos.of(object.path("spec")));
    if (!object.at("/spec/schedulingGates").isEmpty()) {
      status
          .putArray("conditions")
          .addObject()
          .put("type", "PodScheduled")
          .put("status", "False")
          .put("lastTransitionTime", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString())
          .put("reason", "SchedulingGated")
          .put("message", "Scheduling is blocked due to non-empty scheduling gates")
          .putNull("lastProbeTime");
    }
  }

  @Override
  public boolean returnsDeletedObject() {
    return true;
  }

  @Override
  public long gracePeriodSeconds(ObjectNode object, long asked) {
    Field pod = Field.of(object);
    boolean ended = Set.of("Failed", "Succeeded").contains(pod.text("status.phase"));
    if (ended || pod.text("spec.nodeName").isEmpty()) {
      return 0;
    }
    long period = asked < 0 ? pod.number("spec.terminationGracePeriodSeconds") : asked;
    return period < 0 ? 1 : period;
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var errors = new Errors();
    Field spec = Field.of(object).at("spec");
    check(spec, errors);
    if (spec.has("ephemeralContainers")) {
      errors.forbidden(spec.at("ephemeralContainers"), "cannot be set on create");
    }
    if (!spec.text("nodeName").isEmpty() && !spec.at("schedulingGates").node().isEmpty()) {
      errors.forbidden(
          spec.at("nodeName"), "cannot be set until all schedulingGates have been cleared");
    }
    return errors.list();
  }

  private static void check(Field spec, Errors errors) {
    PodChecks.spec(spec, true, Set.of(), errors);
    for (String list : List.of("containers", "initContainers")) {
      for (Field container : spec.elements(list)) {
        String image = container.text("image");
        if (image.length() != image.strip().length()) {
          errors.invalid(container.at("image"), "must not have leading or trailing whitespace");
        }
      }
    }
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
    var errors = new Errors();
    Field spec = Field.of(object).at("spec");
    Field before = Field.of(old).at("spec");
    check(spec, errors);
    for (String list : List.of("containers", "initContainers")) {
      if (spec.at(list).node().size() != before.at(list).node().size()) {
        errors.forbidden(spec.at(list), "pod updates may not add or remove containers");
        return errors.list();
      }
    }
    Field deadline = spec.at("activeDeadlineSeconds");
    if (before.has("activeDeadlineSeconds")) {
      if (!deadline.isSet()) {
        errors.immutable(deadline, before.at("activeDeadlineSeconds"));
      } else if (deadline.number() > before.number("activeDeadlineSeconds")) {
        errors.invalid(deadline, "must be less than or equal to previous value");
        return errors.list();
      }
    }
    if (!tolerationsStay(spec, before)) {
      errors.forbidden(
          spec.at("tolerations"),
          "existing toleration can not be modified except its tolerationSeconds");
    }
    if (!fixedPart(spec.node()).equals(fixedPart(before.node()))) {
      errors.forbidden(spec, UPDATABLE);
    }
    return errors.list();
  }

  /** A toleration may come, and its seconds may change. */
  private static boolean tolerationsStay(Field spec, Field before) {
    List<JsonNode> present = spec.elements("tolerations").stream().map(Pods::unlimited).toList();
    return before.elements("tolerations").stream().map(Pods::unlimited).allMatch(present::contains);
  }

  private static JsonNode unlimited(Field toleration) {
    ObjectNode copy = toleration.node().deepCopy();
    copy.remove("tolerationSeconds");
    return copy;
  }

  /** What of a spec never changes. */
  private static JsonNode fixedPart(JsonNode spec) {
    ObjectNode fixed = spec.deepCopy();
    fixed.remove(List.of("activeDeadlineSeconds", "tolerations", "schedulingGates"));
    Stream.of("containers", "initContainers")
        .forEach(list -> fixed.path(list).forEach(each -> ((ObjectNode) each).remove("image")));
    return fixed;
  }

  @Override
  public List<String> warnings(ObjectNode object) {
    return PodWarnings.ofPod(object);
  }

  @Override
  public JsonNode cell(String column, ObjectNode object) {
    return new PodRow(Field.of(object), clock).cell(column);
  }

  @Override
  public List<SelectableField> selectableFields() {
    var fields = new ArrayList<SelectableField>();
    for (String path :
        List.of(
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "status.phase",
            "status.podIP",
            "status.nominatedNodeName")) {
      fields.add(SelectableField.at(path));
    }
    // of former times: the first is another name, the second is taken and has no value
    fields.add(new SelectableField("spec.host", SelectableField.at("spec.nodeName").value()));
    fields.add(new SelectableField("status.podIPs", pod -> ""));
    fields.add(
        new SelectableField(
            "spec.hostNetwork", pod -> Boolean.toString(pod.at("/spec/hostNetwork").asBoolean())));
    return fields;
  }
}
