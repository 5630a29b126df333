package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.schema.Quantity;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** PersistentVolumeClaims, and the templates of them. */
final class PersistentVolumeClaims implements BuiltInKind {

  private static final List<String> ACCESS_MODES =
      List.of("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");
  private static final Map<String, String> SHORT =
      Map.of(
          "ReadWriteOnce", "RWO",
          "ReadOnlyMany", "ROX",
          "ReadWriteMany", "RWX",
          "ReadWriteOncePod", "RWOP");
  private static final String OF_CORE =
      "must be 'PersistentVolumeClaim' when referencing the default apiGroup";

  @Override
  public void setDefaults(ObjectNode object) {
    setSpecDefaults(Defaults.object(object, "spec"));
    Defaults.text(Defaults.object(object, "status"), "phase", "Pending");
  }

  static void setSpecDefaults(ObjectNode spec) {
    Defaults.text(spec, "volumeMode", "Filesystem");
  }

  @Override
  public void prepareForCreate(ObjectNode object) {
    object.putObject("status").put("phase", "Pending");
    normalizeDataSources(Defaults.object(object, "spec"));
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode old) {
    normalizeDataSources(Defaults.object(object, "spec"));
  }

  /** Both fields say the same, but of what can't be a source; then neither does. */
  private static void normalizeDataSources(ObjectNode spec) {
    JsonNode source = spec.path("dataSource");
    if (source.isObject()
        && source.path("apiGroup").asText("").isEmpty()
        && !source.path("kind").asText().equals("PersistentVolumeClaim")) {
      spec.remove("dataSource");
    }
    boolean ofNamespace = !spec.at("/dataSourceRef/namespace").asText("").isEmpty();
    if (spec.has("dataSource") && !spec.has("dataSourceRef")) {
      spec.set("dataSourceRef", spec.get("dataSource").deepCopy());
    } else if (spec.has("dataSourceRef") && !spec.has("dataSource") && !ofNamespace) {
      spec.set("dataSource", spec.get("dataSourceRef").deepCopy());
    }
  }

  @Override
  public boolean returnsDeletedObject() {
    return true;
  }

  @Override
  public boolean tracksGeneration() {
    return false;
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    var errors = new Errors();
    checkSpec(Field.of(object).at("spec"), errors);
    return errors.list();
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
    var errors = new Errors();
    Field claim = Field.of(object);
    checkSpec(claim.at("spec"), errors);
    if (!fixedPart(object, old).equals(fixedPart(old, old))) {
      errors.forbidden(
          claim.at("spec"),
          "spec is immutable after creation except resources.requests and"
              + " volumeAttributesClassName for bound claims");
    }
    Field storage = claim.at("spec.resources.requests.storage");
    Field before = Field.of(old).at("spec.resources.requests.storage");
    if (storage.isSet() && value(storage).compareTo(value(before)) < 0) {
      Field capacity = claim.at("status.capacity.storage");
      if (value(storage).compareTo(value(capacity)) <= 0) {
        errors.forbidden(storage, "field can not be less than status.capacity");
      }
    }
    errors.immutable(
        new Field("volumeMode", claim.at("spec.volumeMode").node()),
        Field.of(old).at("spec.volumeMode"));
    return errors.list();
  }

  /** What of the spec has to stay: a volume's name may be set once, a bound claim may grow. */
  private static JsonNode fixedPart(ObjectNode object, ObjectNode old) {
    ObjectNode spec = (ObjectNode) object.path("spec").deepCopy();
    if (old.at("/spec/volumeName").asText("").isEmpty()) {
      spec.remove("volumeName");
    }
    if (object.at("/status/phase").asText().equals("Bound")) {
      spec.remove("volumeAttributesClassName");
      if (spec.at("/resources/requests") instanceof ObjectNode requests) {
        requests.remove("storage");
      }
    }
    return spec;
  }

  private static BigDecimal value(Field quantity) {
    return quantity.isSet() ? Quantity.value(quantity.text()) : BigDecimal.ZERO;
  }

  static void checkSpec(Field spec, Errors errors) {
    Field modes = spec.at("accessModes");
    if (modes.node().isEmpty()) {
      errors.required(modes, "at least 1 access mode is required");
    }
    if (spec.has("selector")) {
      LabelSelectors.check(spec.at("selector"), errors);
    }
    boolean onePod = false;
    boolean others = false;
    for (Field mode : modes.elements()) {
      errors.notIn(modes.showing(mode.text()), ACCESS_MODES);
      onePod |= mode.text().equals("ReadWriteOncePod");
      others |= ACCESS_MODES.indexOf(mode.text()) >= 0 && !mode.text().equals("ReadWriteOncePod");
    }
    if (onePod && others) {
      errors.forbidden(modes, "may not use ReadWriteOncePod with other access modes");
    }
    checkStorage(
        new Field(
            spec.path() + ".resources[storage]", spec.at("resources.requests.storage").node()),
        errors);
    for (String name : List.of("storageClassName", "volumeAttributesClassName")) {
      Field className = spec.at(name);
      if (!className.text().isEmpty()) {
        errors.invalidFor(className, Names.subdomain(className.text()));
      }
      if (name.equals("storageClassName")) {
        if (spec.has("volumeMode")) {
          errors.notIn(spec.at("volumeMode"), List.of("Block", "Filesystem"));
        }
        checkSources(spec, errors);
      }
    }
  }

  private static void checkStorage(Field storage, Errors errors) {
    if (!storage.isSet()) {
      errors.required(storage);
    } else if (value(storage).signum() <= 0) {
      errors.invalid(storage, "must be greater than zero");
    } else if (value(storage).stripTrailingZeros().scale() > 0) {
      errors.invalid(storage, "must be an integer");
    }
  }

  private static void checkSources(Field spec, Errors errors) {
    Field source = spec.at("dataSource");
    Field reference = spec.at("dataSourceRef");
    for (Field each : List.of(source, reference)) {
      if (each.isSet()) {
        checkSource(each, errors);
      }
    }
    if (!source.isSet() || !reference.isSet()) {
      return;
    }
    ObjectNode nothing = JsonNodeFactory.instance.objectNode();
    if (!reference.text("namespace").isEmpty()) {
      errors.invalid(
          spec, nothing, "may not be specified when dataSourceRef.namespace is specified");
    } else if (!same(source, reference)) {
      errors.invalid(spec, nothing, "must match dataSourceRef");
    }
  }

  private static boolean same(Field source, Field reference) {
    return List.of("apiGroup", "kind", "name").stream()
        .allMatch(each -> source.text(each).equals(reference.text(each)));
  }

  private static void checkSource(Field source, Errors errors) {
    errors.requireText(source.at("name"));
    errors.requireText(source.at("kind"));
    String group = source.text("apiGroup");
    if (!group.isEmpty()) {
      errors.invalidFor(source.at("apiGroup"), Names.subdomain(group));
    } else if (!source.text("kind").equals("PersistentVolumeClaim")) {
      errors.invalid(source.showing(source.text("kind")), OF_CORE);
    }
  }

  @Override
  public JsonNode cell(String column, ObjectNode object) {
    Field claim = Field.of(object);
    boolean bound = !claim.text("spec.volumeName").isEmpty();
    String phase =
        claim.has("metadata.deletionTimestamp") ? "Terminating" : claim.text("status.phase");
    return TextNode.valueOf(
        switch (column) {
          case "Status" -> phase;
          case "Volume" -> claim.text("spec.volumeName");
          case "Capacity" -> bound ? claim.text("status.capacity.storage") : "";
          case "Access Modes" -> bound ? modes(claim.at("status.accessModes")) : "";
          case "StorageClass" -> claim.text("spec.storageClassName");
          case "VolumeAttributesClass" -> orUnset(claim.at("spec.volumeAttributesClassName"));
          case "VolumeMode" -> orUnset(claim.at("spec.volumeMode"));
          default -> "";
        });
  }

  private static String orUnset(Field field) {
    return field.isSet() ? field.text() : Cells.UNSET;
  }

  /** Access modes as Tables show them, {@code RWO,ROX}. */
  static String modes(Field modes) {
    var texts = new ArrayList<String>();
    modes.elements().forEach(mode -> texts.add(SHORT.getOrDefault(mode.text(), "")));
    return String.join(",", texts);
  }
}
