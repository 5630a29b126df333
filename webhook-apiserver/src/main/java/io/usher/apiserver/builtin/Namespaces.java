package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.ObjectNames;
import io.usher.apiserver.api.SelectableField;
import java.util.List;
import java.util.Set;

/** Namespaces. */
final class Namespaces implements BuiltInKind {

  private static final String NAME_LABEL = "kubernetes.io/metadata.name";
  private static final String FINALIZER = "kubernetes";
  private static final Set<String> STANDARD_FINALIZERS =
      Set.of(FINALIZER, "orphan", "foregroundDeletion");

  @Override
  public void setDefaults(ObjectNode object) {
    String name = object.path("metadata").path("name").asText();
    if (!name.isEmpty()) {
      Defaults.object(Defaults.object(object, "metadata"), "labels").put(NAME_LABEL, name);
    }
    Defaults.text(Defaults.object(object, "status"), "phase", "Active");
  }

  @Override
  public void prepareForCreate(ObjectNode object) {
    object.putObject("status").put("phase", "Active");
    ObjectNode spec = Defaults.object(object, "spec");
    ArrayNode finalizers =
        spec.get("finalizers") instanceof ArrayNode present ? present : spec.putArray("finalizers");
    if (!contains(finalizers, FINALIZER)) {
      finalizers.add(FINALIZER);
    }
  }

  /** Only {@code finalize} writes finalizers. */
  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode old) {
    JsonNode finalizers = old.at("/spec/finalizers");
    ObjectNode spec = Defaults.object(object, "spec");
    if (finalizers.isMissingNode()) {
      spec.remove("finalizers");
    } else {
      spec.set("finalizers", finalizers.deepCopy());
    }
  }

  @Override
  public void prepareForDelete(ObjectNode object) {
    Defaults.object(object, "status").put("phase", "Terminating");
    Defaults.object(object, "metadata").remove("deletionGracePeriodSeconds");
  }

  @Override
  public boolean mayBeRemoved(ObjectNode object) {
    return object.at("/spec/finalizers").isEmpty();
  }

  @Override
  public boolean tracksGeneration() {
    return false;
  }

  @Override
  public List<String> validateName(String name, boolean prefix) {
    return ObjectNames.labelProblems(name, prefix);
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var errors = new Errors();
    Field list = Field.of(object).at("spec.finalizers");
    for (Field each : list.elements()) {
      Field shown = list.showing(each.text());
      errors.invalidFor(shown, Names.qualified(each.text()));
      if (!each.text().contains("/") && !STANDARD_FINALIZERS.contains(each.text())) {
        errors.invalid(
            shown, "name is neither a standard finalizer name nor is it fully qualified");
      }
    }
    return errors.list();
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
    return List.of();
  }

  @Override
  public JsonNode cell(String column, ObjectNode object) {
    return TextNode.valueOf(object.at("/status/phase").asText());
  }

  @Override
  public List<SelectableField> selectableFields() {
    return List.of(SelectableField.at("status.phase"));
  }

  private static boolean contains(ArrayNode list, String text) {
    for (JsonNode each : list) {
      if (each.asText().equals(text)) {
        return true;
      }
    }
    return false;
  }
}
