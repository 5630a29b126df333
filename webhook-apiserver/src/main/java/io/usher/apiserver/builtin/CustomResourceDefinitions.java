package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.apiextensions.Conditions;
import io.usher.apiserver.apiextensions.DefinitionChecks;
import io.usher.apiserver.schema.JsonSchemas;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** CustomResourceDefinitions. What becomes of their status is for a controller. */
final class CustomResourceDefinitions implements BuiltInKind {

  private static final int HTTPS = 443;

  private final Clock clock;

  CustomResourceDefinitions(Clock clock) {
    this.clock = clock;
  }

  @Override
  public boolean allowsUnconditionalUpdate() {
    return false;
  }

  @Override
  public void setDefaults(ObjectNode object) {
    ObjectNode spec = Defaults.object(object, "spec");
    ObjectNode names = Defaults.object(spec, "names");
    String kind = names.path("kind").asText();
    if (names.path("singular").asText().isEmpty()) {
      names.put("singular", kind.toLowerCase(Locale.ROOT));
    }
    if (names.path("listKind").asText().isEmpty() && !kind.isEmpty()) {
      names.put("listKind", kind + "List");
    }
    ObjectNode conversion = Defaults.object(spec, "conversion");
    Defaults.text(conversion, "strategy", "None");
    if (conversion.at("/webhook/clientConfig/service") instanceof ObjectNode service) {
      Defaults.number(service, "port", HTTPS);
    }
    for (ObjectNode version : Defaults.objects(spec, "versions")) {
      if (version.at("/schema/openAPIV3Schema") instanceof ObjectNode schema) {
        JsonSchemas.decodeNested(schema);
      }
    }
    if (object.at("/status/storedVersions").isEmpty()) {
      addStoredVersion(object);
    }
  }

  private static void addStoredVersion(ObjectNode object) {
    for (JsonNode version : object.at("/spec/versions")) {
      String name = version.path("name").asText();
      if (version.path("storage").asBoolean()) {
        ObjectNode status = Defaults.object(object, "status");
        ArrayNode stored =
            status.get("storedVersions") instanceof ArrayNode present
                ? present
                : status.putArray("storedVersions");
        boolean known = false;
        for (JsonNode each : stored) {
          known |= each.asText().equals(name);
        }
        if (!known) {
          stored.add(name);
        }
        return;
      }
    }
  }

  @Override
  public void prepareForCreate(ObjectNode object) {
    object.remove("status");
    addStoredVersion(object);
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode old) {
    addStoredVersion(object);
  }

  @Override
  public boolean requiresQualifiedFinalizers() {
    return false;
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    return DefinitionChecks.create(object);
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
    return DefinitionChecks.update(object, old);
  }

  @Override
  public List<FieldError> validatePartUpdate(String part, ObjectNode object, ObjectNode old) {
    return DefinitionChecks.statusUpdate(object);
  }

  @Override
  public List<String> warnings(ObjectNode object) {
    var warnings = new ArrayList<String>();
    for (JsonNode version : object.at("/spec/versions")) {
      JsonSchemas.unknownFormats(version.at("/schema/openAPIV3Schema"))
          .forEach(format -> warnings.add("unrecognized format \"" + format + '"'));
    }
    return warnings;
  }

  @Override
  public List<String> warningsOnUpdate(ObjectNode object, ObjectNode old) {
    var warnings = new ArrayList<>(warnings(object));
    warnings.removeAll(warnings(old));
    return warnings;
  }

  /** As kube-apiserver: the instances go first, and the deletion is marked in a way of its own. */
  @Override
  public void prepareForDelete(ObjectNode object) {
    ObjectNode metadata = Defaults.object(object, "metadata");
    metadata.remove("deletionGracePeriodSeconds");
    metadata.put("generation", metadata.path("generation").asLong() - 1);
    ArrayNode finalizers =
        metadata.get("finalizers") instanceof ArrayNode present
            ? present
            : metadata.putArray("finalizers");
    boolean known = false;
    for (JsonNode each : finalizers) {
      known |= each.asText().equals(DefinitionChecks.CLEANUP);
    }
    if (!known) {
      finalizers.add(DefinitionChecks.CLEANUP);
    }
    Conditions.set(
        object,
        "Terminating",
        "True",
        "InstanceDeletionPending",
        "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
        clock.instant());
  }

  @Override
  public boolean mayBeRemoved(ObjectNode object) {
    return object.path("metadata").hasNonNull("deletionTimestamp");
  }
}
