package io.usher.patch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.usher.patch.FieldSchema.Ownership;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The schemas of Kubernetes' own kinds, by {@code group/version/kind}, from the table beside this
 * class. The table names the kinds, and the types with the fields that are declared or lead to one
 * that is. Of a field that is not there a map is a struct, and a list has one owner. The columns,
 * between tabs, are
 *
 * <pre>
 * atomic type
 * kind   group/version/kind  type
 * type   type
 * field  name  strategies  merge key  list keys  defaults of keys  ownership  type
 * </pre>
 *
 * where {@code -} stands for none, and a field belongs to the type above it. The type is that of
 * the value or of a list's elements; {@code {}} before it says that the value is a map of such, and
 * {@code any} that nothing more is known of it.
 */
final class BuiltInKinds {
  static final String TABLE = "built-in-kinds.tsv";
  static final String NOTHING = "-";
  static final String MAP_OF = "{}";
  static final String ANY = "any";

  static final Map<String, StructSchema> KINDS = new BuiltInKinds().read();

  private final ObjectMapper mapper = new ObjectMapper();
  private final Map<String, StructSchema> kinds = new HashMap<>(512);
  private final Map<String, Type> types = new HashMap<>(512);

  private record Type(StructSchema schema, Map<String, FieldSchema> fields) {
    static Type named(String name) {
      var fields = new HashMap<String, FieldSchema>();
      return new Type(new StructSchema(name, fields, StructSchema.Others.UNDECLARED), fields);
    }

    static Type atomic(String name) {
      var fields = new HashMap<String, FieldSchema>();
      return new Type(StructSchema.atomic(name, fields, StructSchema.Others.UNDECLARED), fields);
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
          case "atomic" -> types.put(columns[1], Type.atomic(columns[1]));
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

  private FieldSchema field(String[] columns) throws JsonProcessingException {
    return FieldSchema.declared(
            columns[1],
            words(columns[2]),
            orNull(columns[3]),
            words(columns[4]),
            schema(columns[7]))
        .owned(
            columns[6].equals(NOTHING)
                ? Ownership.DEFAULT
                : Ownership.valueOf(columns[6].toUpperCase(Locale.ROOT)),
            defaults(columns[5]));
  }

  private StructSchema schema(String column) {
    if (column.startsWith(MAP_OF)) {
      String values = column.substring(MAP_OF.length());
      return StructSchema.mapOf(schema(values.isEmpty() ? NOTHING : values).asField());
    }
    return switch (column) {
      case NOTHING -> StructSchema.UNDECLARED;
      case ANY -> StructSchema.none();
      default -> type(column).schema();
    };
  }

  private Map<String, JsonNode> defaults(String column) throws JsonProcessingException {
    var defaults = new HashMap<String, JsonNode>();
    if (!column.equals(NOTHING)) {
      mapper
          .readTree(column)
          .properties()
          .forEach(each -> defaults.put(each.getKey(), each.getValue()));
    }
    return defaults;
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
