package com.example.theatre;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.usher.apiserver.api.ObjectSchema;
import io.usher.patch.StructSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a version, of a file in the form of OpenAPI v3: {@code kubectl explain} shows them.
 *
 * @param openApi the whole object
 */
record Schema(ObjectNode openApi) implements ObjectSchema {

  private static final Set<String> OF_EVERY_OBJECT = Set.of("apiVersion", "kind", "metadata");

  static Schema of(String file) {
    try (InputStream in = Schema.class.getResourceAsStream(file)) {
      return new Schema(new YAMLMapper().readValue(in, ObjectNode.class));
    } catch (IOException e) {
      throw new UncheckedIOException("read " + file, e);
    }
  }

  @Override
  public List<String> prune(ObjectNode object) {
    var pruned = new ArrayList<String>();
    for (String field : List.copyOf(names(object))) {
      if (!OF_EVERY_OBJECT.contains(field)) {
        prune(object, field, openApi, field, pruned);
      }
    }
    return pruned;
  }

  private static List<String> names(ObjectNode object) {
    return object.properties().stream().map(each -> each.getKey()).toList();
  }

  private static void prune(
      ObjectNode parent, String field, ObjectNode schema, String path, List<String> pruned) {
    if (!(schema.path("properties").path(field) instanceof ObjectNode declared)) {
      parent.remove(field);
      pruned.add(path);
    } else if (parent.get(field) instanceof ObjectNode child) {
      names(child).forEach(each -> prune(child, each, declared, path + '.' + each, pruned));
    }
  }

  @Override
  public void setDefaults(ObjectNode object) {}

  @Override
  public @Nullable StructSchema mergeSchema() {
    return null;
  }
}
