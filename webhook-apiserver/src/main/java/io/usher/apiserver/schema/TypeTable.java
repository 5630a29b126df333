package io.usher.apiserver.schema;

import io.usher.apiserver.schema.StructType.Field;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The types of Kubernetes' own kinds, from the tables beside this class: a package's table is read
 * when the first of its types is asked for. {@code tools/kube/gotypes} says what the columns are.
 * Thread-safe.
 */
final class TypeTable {

  static final TypeTable BUILT_IN = new TypeTable();

  private final Map<String, Map<String, StructType>> packages = new ConcurrentHashMap<>();

  private TypeTable() {}

  /**
   * The type of this name.
   *
   * @throws IllegalArgumentException when there is none
   */
  StructType struct(String name) {
    StructType type =
        packages
            .computeIfAbsent(name.substring(0, name.lastIndexOf('.')), TypeTable::read)
            .get(name);
    if (type == null) {
      throw new IllegalArgumentException("no built-in type is named " + name);
    }
    return type;
  }

  private static Map<String, StructType> read(String packageName) {
    String table;
    try (InputStream in = TypeTable.class.getResourceAsStream("types/" + packageName)) {
      if (in == null) {
        return Map.of();
      }
      table = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("read types/" + packageName, e);
    }
    var types = new LinkedHashMap<String, StructType>();
    var values = new LinkedHashMap<String, ValueType>();
    StructType current = new StructType("", Map.of());
    for (int from = 0, end; from < table.length(); from = end + 1) {
      end = table.indexOf('\n', from);
      int field = table.indexOf('\t', from);
      int presence = table.indexOf('\t', field + 1);
      int type = table.indexOf('\t', presence + 1);
      if (!table.startsWith(current.name(), from) || field - from != current.name().length()) {
        current = new StructType(table.substring(from, field), new LinkedHashMap<>());
        types.put(current.name(), current);
      }
      current
          .fields()
          .put(
              table.substring(field + 1, presence),
              new Field(
                  Presence.of(table.substring(presence + 1, type)),
                  values.computeIfAbsent(table.substring(type + 1, end), ValueType::parse)));
    }
    return types;
  }
}
