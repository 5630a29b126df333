package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Versions that differ in their name alone. */
record UniformVersions(StructSchema only) implements ObjectVersions {

  @Override
  public StructSchema schema(String apiVersion) {
    return only;
  }

  @Override
  public JsonNode convert(JsonNode object, String apiVersion) {
    ObjectNode converted = JsonNodeFactory.instance.objectNode();
    object.properties().forEach(member -> converted.set(member.getKey(), member.getValue()));
    return converted.put("apiVersion", apiVersion);
  }

  @Override
  public JsonNode empty(String apiVersion) {
    return JsonNodeFactory.instance.objectNode().put("apiVersion", apiVersion);
  }
}
