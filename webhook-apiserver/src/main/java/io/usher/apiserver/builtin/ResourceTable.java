package io.usher.apiserver.builtin;

import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.api.Verb;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The generated tables beside this class; {@code tools/kube/schemas.py} says what is in them. */
final class ResourceTable {

  private ResourceTable() {}

  /**
   * A resource or subresource of discovery.
   *
   * @param name {@code pods} or {@code pods/log}
   * @param kind the kind of its body, in a group and version of its own where discovery says so
   */
  record Row(
      String group,
      String version,
      String name,
      GroupVersionKind kind,
      String singular,
      boolean namespaced,
      Set<Verb> verbs,
      List<String> shortNames,
      List<String> categories) {

    private static Row of(String[] columns) {
      String group = text(columns[0]);
      // a kind of another group or version is named with both; the core group's name is empty
      var kind =
          columns[10].equals("-")
              ? new GroupVersionKind(group, columns[1], columns[3])
              : new GroupVersionKind(text(columns[9]), columns[10], columns[3]);
      var verbs = EnumSet.noneOf(Verb.class);
      for (String verb : words(columns[6])) {
        verbs.add(Verb.valueOf(verb.toUpperCase(Locale.ROOT)));
      }
      return new Row(
          group,
          columns[1],
          columns[2],
          kind,
          text(columns[4]),
          columns[5].equals("Namespaced"),
          verbs,
          words(columns[7]),
          words(columns[8]));
    }

    boolean isSubresource() {
      return name.indexOf('/') >= 0;
    }
  }

  /**
   * A column of a Table: what is said of it, without its cells.
   *
   * @param resource {@code apps/v1/deployments}, {@code /v1/pods}
   * @param description empty for {@code Name}, {@code Age} and {@code Created At}
   */
  record ColumnRow(
      String resource, String name, String type, String format, int priority, String description) {

    private static ColumnRow of(String[] columns) {
      return new ColumnRow(
          text(columns[0]) + '/' + columns[1] + '/' + columns[2],
          columns[3],
          columns[4],
          text(columns[5]),
          Integer.parseInt(columns[6]),
          text(columns[7]));
    }
  }

  static List<Row> resources() {
    return read("resources.tsv", Row::of);
  }

  /** The columns of a resource's Table; all are read when the first Table is asked for. */
  static List<ColumnRow> columns(String resource) {
    return Columns.BY_RESOURCE.getOrDefault(resource, List.of());
  }

  private static final class Columns {
    static final Map<String, List<ColumnRow>> BY_RESOURCE =
        read("columns.tsv", ColumnRow::of).stream()
            .collect(Collectors.groupingBy(ColumnRow::resource));
  }

  private static <T> List<T> read(String name, Function<String[], T> row) {
    try (var table =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(ResourceTable.class.getResourceAsStream(name), name),
                StandardCharsets.UTF_8))) {
      var rows = new ArrayList<T>();
      for (String line = table.readLine(); line != null; line = table.readLine()) {
        if (!line.startsWith("#")) {
          rows.add(row.apply(line.split("\t", -1)));
        }
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException("read " + name, e);
    }
  }

  private static String text(String column) {
    return column.equals("-") ? "" : column;
  }

  private static List<String> words(String column) {
    return column.equals("-") ? List.of() : List.of(column.split(","));
  }
}
