package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectNames;
import io.usher.apiserver.api.SelectableField;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A kind of which nothing is special but how a PUT treats it, its defaults and its Table; admission
 * policies and their bindings are checked as well.
 *
 * @param clock tells how long ago something was
 */
record Plain(GroupResource resource, Clock clock) implements BuiltInKind {

  /** The group whose names may be whatever a path can have. */
  private static final String NAMED_AT_WILL = "apiregistration.k8s.io";

  private static final Set<String> WITH_ANY_FINALIZERS =
      Set.of("admissionregistration.k8s.io", "apiregistration.k8s.io", "coordination.k8s.io");

  private static final Set<String> CREATED_BY_PUT =
      Set.of(
          "endpoints",
          "events",
          "events.events.k8s.io",
          "leases.coordination.k8s.io",
          "limitranges",
          "runtimeclasses.node.k8s.io");

  private static final Set<String> PUT_NEEDS_VERSION =
      Set.of(
          "csidrivers.storage.k8s.io",
          "csinodes.storage.k8s.io",
          "csistoragecapacities.storage.k8s.io",
          "leases.coordination.k8s.io",
          "mutatingadmissionpolicies.admissionregistration.k8s.io",
          "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
          "mutatingwebhookconfigurations.admissionregistration.k8s.io",
          "poddisruptionbudgets.policy",
          "runtimeclasses.node.k8s.io",
          "validatingadmissionpolicies.admissionregistration.k8s.io",
          "validatingadmissionpolicybindings.admissionregistration.k8s.io",
          "validatingwebhookconfigurations.admissionregistration.k8s.io",
          "volumeattachments.storage.k8s.io");

  private static final Set<String> RETURNED_WHEN_DELETED =
      Set.of(
          "csidrivers.storage.k8s.io",
          "csinodes.storage.k8s.io",
          "deviceclasses.resource.k8s.io",
          "persistentvolumes",
          "resourceclaimtemplates.resource.k8s.io",
          "resourceslices.resource.k8s.io",
          "storageclasses.storage.k8s.io",
          "volumeattachments.storage.k8s.io",
          "volumeattributesclasses.storage.k8s.io");

  /** What {@code kubectl describe} and others select Events by. */
  private static final List<SelectableField> OF_EVENTS =
      Stream.concat(
              Stream.of(
                      "involvedObject.kind",
                      "involvedObject.namespace",
                      "involvedObject.name",
                      "involvedObject.uid",
                      "involvedObject.apiVersion",
                      "involvedObject.resourceVersion",
                      "involvedObject.fieldPath",
                      "reason",
                      "reportingComponent",
                      "type")
                  .map(SelectableField::at),
              Stream.of(new SelectableField("source", Plain::source)))
          .toList();

  /** The same as group events.k8s.io names it; it has no name for the source. */
  private static final List<SelectableField> OF_NEW_EVENTS =
      OF_EVENTS.stream()
          .filter(field -> !field.path().equals("source"))
          .map(field -> new SelectableField(newName(field.path()), field.value()))
          .toList();

  private static final Map<String, List<SelectableField>> SELECTABLE =
      Map.of(
          "events",
          OF_EVENTS,
          "events.events.k8s.io",
          OF_NEW_EVENTS,
          "nodes",
          List.of(
              new SelectableField(
                  "spec.unschedulable",
                  node -> Boolean.toString(node.at("/spec/unschedulable").asBoolean()))),
          "resourceslices.resource.k8s.io",
          List.of(SelectableField.at("spec.nodeName"), SelectableField.at("spec.driver")));

  private static final Set<String> WITH_GENERATION =
      Set.of(
          "deviceclasses.resource.k8s.io",
          "ingressclasses.networking.k8s.io",
          "mutatingadmissionpolicies.admissionregistration.k8s.io",
          "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
          "mutatingwebhookconfigurations.admissionregistration.k8s.io",
          "networkpolicies.networking.k8s.io",
          "poddisruptionbudgets.policy",
          "resourceslices.resource.k8s.io",
          "validatingadmissionpolicies.admissionregistration.k8s.io",
          "validatingadmissionpolicybindings.admissionregistration.k8s.io",
          "validatingwebhookconfigurations.admissionregistration.k8s.io");

  private static String newName(String path) {
    return path.equals("reportingComponent")
        ? "reportingController"
        : path.replace("involvedObject.", "regarding.");
  }

  private static String source(ObjectNode event) {
    String component = event.at("/source/component").asText();
    return component.isEmpty() ? event.path("reportingComponent").asText() : component;
  }

  @Override
  public JsonNode cell(String column, ObjectNode object) {
    return PlainRows.cell(resource.toString(), column, Field.of(object), clock);
  }

  @Override
  public JsonNode nameCell(ObjectNode object) {
    return PlainRows.name(resource.toString(), Field.of(object));
  }

  @Override
  public List<SelectableField> selectableFields() {
    return SELECTABLE.getOrDefault(resource.toString(), List.of());
  }

  @Override
  public boolean tracksGeneration() {
    return WITH_GENERATION.contains(resource.toString());
  }

  @Override
  public boolean returnsDeletedObject() {
    return RETURNED_WHEN_DELETED.contains(resource.toString());
  }

  @Override
  public boolean takesStatusOnCreate() {
    return resource.toString().equals("nodes");
  }

  @Override
  public void setDefaults(ObjectNode object) {
    PlainDefaults.set(resource.toString(), object);
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    return PolicyChecks.check(resource.toString(), Field.of(object), null);
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
    return PolicyChecks.check(resource.toString(), Field.of(object), Field.of(old));
  }

  @Override
  public void prepareForCreate(ObjectNode object) {
    if (resource.toString().equals("persistentvolumes")) {
      object.putObject("status").put("phase", "Pending");
    }
  }

  @Override
  public List<String> validateName(String name, boolean prefix) {
    return resource.group().equals(NAMED_AT_WILL)
        ? ObjectNames.pathSegmentProblems(name, prefix)
        : ObjectNames.subdomainProblems(name, prefix);
  }

  @Override
  public boolean requiresQualifiedFinalizers() {
    return !WITH_ANY_FINALIZERS.contains(resource.group());
  }

  @Override
  public boolean allowsCreateOnUpdate() {
    return CREATED_BY_PUT.contains(resource.toString());
  }

  @Override
  public boolean allowsUnconditionalUpdate() {
    return !PUT_NEEDS_VERSION.contains(resource.toString());
  }
}
