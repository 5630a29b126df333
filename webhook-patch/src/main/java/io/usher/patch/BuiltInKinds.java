package io.usher.patch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The schemas of Kubernetes' own kinds, by {@code group/version/kind}, from the table beside this
 * class. The table names the kinds, and the types with the fields that are declared or lead to one
 * that is; its columns, between tabs, are
 *
 * <pre>
 * kind   group/version/kind  type
 * type   type
 * field  name  strategies  merge key  list keys  type of the value or of the elements
 * </pre>
 *
 * where {@code -} stands for none, and a field belongs to the type above it.
 */
final class BuiltInKinds {
  static final String TABLE = "built-in-kinds.tsv";
  static final String NOTHING = "-";

  static final Map<String, StructSchema> KINDS = new BuiltInKinds().read();

  private final Map<String, StructSchema> kinds = new HashMap<>(512);
  private final Map<String, Type> types = new HashMap<>(512);

  private record Type(StructSchema schema, Map<String, FieldSchema> fields) {
    static Type named(String name) {
      var fields = new HashMap<String, FieldSchema>();
      return new Type(new StructSchema(name, fields, StructSchema.Others.UNDECLARED), fields);
    }
  }

  private Map<String, StructSchema> read() {
    try (var table =
        new BufferedReader(
            new InputStreamReader(
                BuiltInKinds.class.getResourceAsStream(TABLE), StandardCharsets.UTF_8))) {
      Map<String, FieldSchema> fields = Map.of();
      for (String line = table.readLine(); line != null; line = table.readLine()) {
        String[] columns = line.split("\t");
        switch (columns[0]) {
          case "kind" -> kinds.put(columns[1], type(columns[2]).schema());
          case "type" -> fields = type(columns[1]).fields();
          case "field" -> fields.put(columns[1], field(columns));
          default -> throw new IOException("not a line of the table: " + line);
        }
      }
      return kinds;
    } catch (IOException e) {
      throw new UncheckedIOException("read " + TABLE, e);
    }
  }

  private FieldSchema field(String[] columns) {
    String type = orNull(columns[5]);
    return FieldSchema.declared(
        columns[1],
        words(columns[2]),
        orNull(columns[3]),
        words(columns[4]),
        type == null ? StructSchema.none() : type(type).schema());
  }

  private Type type(String name) {
    return types.computeIfAbsent(name, Type::named);
  }

  private static @Nullable String orNull(String column) {
    return column.equals(NOTHING) ? null : column;
  }

  private static List<String> words(String column) {
    return column.equals(NOTHING) ? List.of() : List.of(column.split(","));
  }
}
