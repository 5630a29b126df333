package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ObjectSchema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Removes what a schema does not know: fields, or nulls where there can be none. */
final class Pruning {

  private static final Set<String> OF_RESOURCES = Set.of("apiVersion", "kind", "metadata");

  private final List<String> unknown = new ArrayList<>();
  private final PathBuilder path = new PathBuilder();

  private Pruning() {}

  /** Removes unknown fields; their paths in order. */
  static List<String> prune(JsonNode value, SchemaNode schema) {
    var pruning = new Pruning();
    pruning.value(value, schema);
    Collections.sort(pruning.unknown);
    return pruning.unknown;
  }

  private void value(JsonNode value, @Nullable SchemaNode schema) {
    if (schema != null && schema.preservesUnknownFields()) {
      known(value, schema);
    } else if (value instanceof ObjectNode object) {
      members(object, schema);
    } else if (value instanceof ArrayNode list) {
      SchemaNode items = schema == null ? null : schema.items();
      for (int i = 0; i < list.size(); i++) {
        int outer = path.enter(i);
        value(list.get(i), items);
        path.leave(outer);
      }
    }
  }

  private void members(ObjectNode object, @Nullable SchemaNode schema) {
    for (Iterator<Map.Entry<String, JsonNode>> members = object.properties().iterator();
        members.hasNext(); ) {
      Map.Entry<String, JsonNode> member = members.next();
      String name = member.getKey();
      if (schema != null && schema.isEmbeddedResource() && OF_RESOURCES.contains(name)) {
        continue;
      }
      int outer = path.enter(name);
      if (schema != null && (schema.property(name) != null || schema.hasValues())) {
        value(member.getValue(), schema.member(name));
      } else {
        if (unknown.size() < ObjectSchema.MAX_TOLD) {
          unknown.add(path.toString());
        }
        members.remove();
      }
      path.leave(outer);
    }
  }

  /** Where unknown fields stay, those that are declared are pruned nevertheless. */
  private void known(JsonNode value, @Nullable SchemaNode schema) {
    if (schema == null) {
      return;
    }
    if (value instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> member : object.properties()) {
        String name = member.getKey();
        boolean typeMeta = schema.isEmbeddedResource() && OF_RESOURCES.contains(name);
        if (!typeMeta && (schema.property(name) != null || schema.hasValues())) {
          int outer = path.enter(name);
          value(member.getValue(), schema.member(name));
          path.leave(outer);
        }
      }
    } else if (value instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        int outer = path.enter(i);
        known(list.get(i), schema.items());
        path.leave(outer);
      }
    }
  }

  /** Removes nulls of what can't be null and has no default. */
  static void nulls(JsonNode value, @Nullable SchemaNode schema) {
    if (value instanceof ObjectNode object) {
      for (Iterator<Map.Entry<String, JsonNode>> members = object.properties().iterator();
          members.hasNext(); ) {
        Map.Entry<String, JsonNode> member = members.next();
        SchemaNode declared = schema == null ? null : schema.member(member.getKey());
        if (member.getValue().isNull()
            && declared != null
            && !declared.isNullable()
            && declared.fallback() == null) {
          members.remove();
        } else {
          nulls(member.getValue(), declared);
        }
      }
    } else if (value instanceof ArrayNode list) {
      list.forEach(each -> nulls(each, schema == null ? null : schema.items()));
    }
  }
}
