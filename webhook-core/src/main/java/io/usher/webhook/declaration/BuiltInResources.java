package io.usher.webhook.declaration;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The resources that kube-apiserver serves itself, and the kinds that they take; from the committed
 * table that is generated from the server's discovery documents.
 */
final class BuiltInResources {

  private static final String TABLE = "/io/usher/webhook/built-in-resources.tsv";

  private static final BuiltInResources INSTANCE = load();

  private final List<Row> rows;

  private BuiltInResources(List<Row> rows) {
    this.rows = List.copyOf(rows);
  }

  /**
   * A resource or subresource, and the kind that it takes.
   *
   * @param group the kind's group
   * @param version the kind's version
   * @param kind the kind
   * @param path {@code pods}, {@code pods/exec}
   * @param namespaced whether its objects live in namespaces
   * @param resourceGroup the resource's group: that of {@code deployments/scale} is {@code apps}
   * @param resourceVersion the resource's version
   */
  record Row(
      String group,
      String version,
      String kind,
      String path,
      boolean namespaced,
      String resourceGroup,
      String resourceVersion) {

    /** The resource without a subresource. */
    String plural() {
      int slash = path.indexOf('/');
      return slash < 0 ? path : path.substring(0, slash);
    }

    /** {@code exec}, empty for the resource itself. */
    String subresource() {
      int slash = path.indexOf('/');
      return slash < 0 ? "" : path.substring(slash + 1);
    }

    /** As an annotation names it, {@code deployments.apps/scale}. */
    String name() {
      String in = resourceGroup.isEmpty() ? "" : "." + resourceGroup;
      return plural() + in + path.substring(plural().length());
    }

    boolean takes(TypeDescription type) {
      return kind.equals(type.kind())
          && group.equals(type.group())
          && version.equals(type.version());
    }
  }

  static BuiltInResources table() {
    return INSTANCE;
  }

  List<Row> select(Predicate<Row> which) {
    return rows.stream().filter(which).toList();
  }

  private static BuiltInResources load() {
    try (InputStream in = BuiltInResources.class.getResourceAsStream(TABLE);
        var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      var rows = new ArrayList<Row>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          String[] column = line.split("\t", -1);
          rows.add(
              new Row(
                  column[0],
                  column[1],
                  column[2],
                  column[3],
                  Boolean.parseBoolean(column[4]),
                  column[6],
                  column[7]));
        }
      }
      return new BuiltInResources(rows);
    } catch (IOException e) {
      throw new UncheckedIOException("read " + TABLE, e);
    }
  }
}
