package io.usher.apiserver.schema;

import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.schema.StructType.Field;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The types of Kubernetes' own kinds, from the tables beside this class: a package's table is read
 * when the first of its types is asked for. {@code tools/kube/gotypes} says what the columns are.
 * Thread-safe.
 */
final class TypeTable {

  static final TypeTable BUILT_IN = new TypeTable();

  /** The Go packages of groups that are not k8s.io/api's. */
  private static final Map<String, String> PACKAGES =
      Map.of(
          "", "io.k8s.api.core",
          "meta.k8s.io", "io.k8s.apimachinery.pkg.apis.meta",
          "apiextensions.k8s.io", "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions",
          "apiregistration.k8s.io", "io.k8s.kube-aggregator.pkg.apis.apiregistration");

  private final Map<String, Map<String, StructType>> packages = new ConcurrentHashMap<>();

  private TypeTable() {}

  /**
   * The type of this name.
   *
   * @throws IllegalArgumentException when there is none
   */
  StructType struct(String name) {
    StructType type = find(name);
    if (type == null && isKnownPackage(name)) {
      // The tables have a line for each field: of a type without any they have none.
      return new StructType(name, Map.of());
    }
    if (type == null) {
      throw new IllegalArgumentException("no built-in type is named " + name);
    }
    return type;
  }

  /** The type of a kind, or null when it is not built in. */
  @Nullable StructType ofKind(GroupVersionKind kind) {
    return find(definition(kind));
  }

  /** The name of a built-in kind's type, {@code io.k8s.api.core.v1.Pod}. */
  static String definition(GroupVersionKind kind) {
    String group = kind.group();
    int dot = group.indexOf('.');
    String own = "io.k8s.api." + (dot < 0 ? group : group.substring(0, dot));
    return PACKAGES.getOrDefault(group, own) + '.' + kind.version() + '.' + kind.kind();
  }

  private boolean isKnownPackage(String name) {
    return !packages.getOrDefault(name.substring(0, name.lastIndexOf('.')), Map.of()).isEmpty();
  }

  private @Nullable StructType find(String name) {
    return packages
        .computeIfAbsent(name.substring(0, name.lastIndexOf('.')), TypeTable::read)
        .get(name);
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
    var numbers = new HashMap<String, String>();
    StructType current = new StructType("", Map.of());
    for (int from = 0, end; from < table.length(); from = end + 1) {
      end = table.indexOf('\n', from);
      int field = table.indexOf('\t', from);
      int presence = table.indexOf('\t', field + 1);
      int type = table.indexOf('\t', presence + 1);
      int number = table.indexOf('\t', type + 1);
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
                  values.computeIfAbsent(table.substring(type + 1, number), ValueType::parse),
                  numbers.computeIfAbsent(table.substring(number + 1, end), same -> same)));
    }
    return types;
  }
}
