package io.usher.apiserver.apiextensions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.Conversion;
import io.usher.apiserver.api.ObjectSchema;
import java.util.ArrayList;
import java.util.List;

/**
 * Between a version of a custom resource and the stored one. What is read gets the defaults that
 * its schema has now, and loses what the schema does not have: it may have been stored under
 * another schema, or in another version.
 *
 * @param apiVersion of the served version
 * @param storedVersion the apiVersion of the stored one
 * @param schema of the served version
 * @param converter changes what is of another version
 */
record VersionConversion(
    String apiVersion, String storedVersion, ObjectSchema schema, Converter converter)
    implements Conversion {

  /** Turns objects of other versions into those of one. */
  interface Converter {

    /** Versions differ in {@code apiVersion} alone. */
    Converter NONE =
        (objects, apiVersion) -> objects.forEach(each -> each.put("apiVersion", apiVersion));

    /** Converts objects, each edited in place; all are of another version than this. */
    void convert(List<ObjectNode> objects, String apiVersion);
  }

  @Override
  public void toStored(ObjectNode object) {
    if (!object.path("apiVersion").asText().equals(storedVersion)) {
      converter.convert(List.of(object), storedVersion);
    }
  }

  @Override
  public void fromStored(ObjectNode object) {
    allFromStored(List.of(object));
  }

  @Override
  public void allFromStored(List<ObjectNode> objects) {
    var others = new ArrayList<ObjectNode>();
    for (ObjectNode object : objects) {
      if (!object.path("apiVersion").asText().equals(apiVersion)) {
        others.add(object);
      }
    }
    if (!others.isEmpty()) {
      converter.convert(others, apiVersion);
    }
    for (ObjectNode object : objects) {
      schema.prune(object);
      schema.pruneNulls(object);
      schema.setDefaults(object);
    }
  }

  @Override
  public boolean storesAnew(ObjectNode object, ObjectNode stored) {
    return !object.equals(stored);
  }
}
