package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.FieldError;
import java.util.HashSet;
import java.util.List;

/** ResourceClaims. */
final class ResourceClaims implements BuiltInKind {

  private static final int MAX_CONSUMERS = 256;

  @Override
  public boolean tracksGeneration() {
    return false;
  }

  @Override
  public boolean returnsDeletedObject() {
    return true;
  }

  @Override
  public JsonNode cell(String column, ObjectNode object) {
    return WorkloadRows.claimState(Field.of(object));
  }

  @Override
  public void setDefaults(ObjectNode object) {
    PlainDefaults.setDeviceRequests(Defaults.object(object, "spec"));
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    return new DeviceClaimChecks(Field.of(object).at("spec.devices")).problems();
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode old) {
    var errors = new Errors();
    errors.immutable(Field.of(object).at("spec"), Field.of(old).at("spec"));
    return errors.list();
  }

  @Override
  public List<FieldError> validatePartUpdate(String part, ObjectNode object, ObjectNode old) {
    var errors = new Errors();
    Field status = Field.of(object).at("status");
    Field consumers = status.at("reservedFor");
    if (!errors.tooMany(consumers, MAX_CONSUMERS)) {
      var present = new HashSet<String>();
      for (Field consumer : consumers.elements()) {
        for (String member : List.of("resource", "name", "uid")) {
          errors.requireText(consumer.at(member));
        }
      }
      for (Field consumer : consumers.elements()) {
        if (!present.add(consumer.text("uid"))) {
          errors.duplicate(consumer, consumer.at("uid").node());
        }
      }
    }
    Field allocation = status.at("allocation");
    if (!consumers.elements().isEmpty() && !allocation.isSet()) {
      errors.forbidden(consumers, "may not be specified when `allocated` is not set");
    }
    Field before = Field.of(old).at("status.allocation");
    if (allocation.isSet() && before.isSet()) {
      errors.immutable(allocation, before);
    }
    return errors.list();
  }
}
