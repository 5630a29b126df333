package io.usher.apiserver.flowcontrol;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GroupResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The FlowSchemas and priority levels that kube-apiserver 1.36 creates at its start. */
public final class FlowDefaults {

  private static final Map<GroupResource, Map<String, ObjectNode>> OBJECTS = read();

  private FlowDefaults() {}

  /** The objects by resource, levels first, and name. */
  public static Map<GroupResource, Map<String, ObjectNode>> objects() {
    return OBJECTS;
  }

  private static Map<GroupResource, Map<String, ObjectNode>> read() {
    var objects = new LinkedHashMap<GroupResource, Map<String, ObjectNode>>();
    objects.put(FlowControl.LEVELS, new LinkedHashMap<>());
    objects.put(FlowControl.SCHEMAS, new LinkedHashMap<>());
    try (var in = FlowDefaults.class.getResourceAsStream("defaults.jsonl")) {
      new JsonMapper()
          .readerFor(ObjectNode.class)
          .<ObjectNode>readValues(in)
          .forEachRemaining(
              object ->
                  Objects.requireNonNull(
                          objects.get(
                              object.path("kind").asText().equals("FlowSchema")
                                  ? FlowControl.SCHEMAS
                                  : FlowControl.LEVELS))
                      .put(object.at("/metadata/name").asText(), object));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return objects;
  }
}
