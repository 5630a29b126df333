package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.FieldError;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** ConfigMaps. */
final class ConfigMaps implements BuiltInKind {

  private static final int MAX_SIZE = 1 << 20;

  @Override
  public boolean tracksGeneration() {
    return false;
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
    Field configMap = Field.of(object);
    ImmutableData.check(configMap, Field.of(old), List.of("data", "binaryData"), errors);
    check(configMap, errors);
    return errors.list();
  }

  private static void check(Field configMap, Errors errors) {
    Field binaryData = configMap.at("binaryData");
    long size = 0;
    for (Map.Entry<String, Field> each : configMap.at("data").members().entrySet()) {
      Field shown = each.getValue().showing(each.getKey());
      errors.invalidFor(shown, Names.configKey(each.getKey()));
      if (binaryData.hasKey(each.getKey())) {
        errors.invalid(shown, "duplicate of key present in binaryData");
      }
      size += each.getValue().text().getBytes(StandardCharsets.UTF_8).length;
    }
    for (Map.Entry<String, Field> each : binaryData.members().entrySet()) {
      errors.invalidFor(each.getValue().showing(each.getKey()), Names.configKey(each.getKey()));
      size += Secrets.decodedLength(each.getValue().text());
    }
    if (size > MAX_SIZE) {
      // As Go writes the path of the object itself.
      errors.tooLong(new Field("[]", configMap.node()), MAX_SIZE);
    }
  }

  @Override
  public JsonNode cell(String column, ObjectNode object) {
    return IntNode.valueOf(object.path("data").size() + object.path("binaryData").size());
  }
}
