package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.Column;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.api.Status;
import java.time.Clock;
import java.util.List;

/**
 * Objects as a {@code Table} of meta.k8s.io/v1.
 *
 * @param columns the columns
 * @param include what each row carries of its object
 * @param apiVersion {@code meta.k8s.io/v1}
 */
record Tables(List<Column> columns, Include include, String apiVersion) {

  /** What a row carries of its object. */
  enum Include {
    METADATA,
    OBJECT,
    NONE
  }

  /**
   * The Table that a request asks for.
   *
   * @throws ApiException 400 when {@code includeObject} is none of the three
   */
  static Tables of(ApiRequest request, ServedVersion version, Clock clock, String apiVersion) {
    List<Column> columns = version.columns();
    return of(
        request,
        columns.isEmpty() ? List.of(Column.ofName(), Column.ofAge(clock)) : columns,
        apiVersion);
  }

  /**
   * A Table of these columns, with what a request asks for of the objects.
   *
   * @throws ApiException 400 when {@code includeObject} is none of the three
   */
  static Tables of(ApiRequest request, List<Column> columns, String apiVersion) {
    String include = request.query().first("includeObject");
    return new Tables(
        columns,
        switch (include) {
          case "", "Metadata" -> Include.METADATA;
          case "Object" -> Include.OBJECT;
          case "None" -> Include.NONE;
          default ->
              throw new ApiException(
                  Status.badRequest(
                      "Unable to convert to Table as requested: includeObject: Invalid value: \""
                          + include
                          + "\": must be 'Metadata', 'Object', 'None', or empty"));
        },
        apiVersion);
  }

  /**
   * The Table of these objects.
   *
   * @param withColumns whether it says what its columns are
   */
  ObjectNode table(ObjectNode metadata, Iterable<ObjectNode> objects, boolean withColumns) {
    ObjectNode table = JsonNodeFactory.instance.objectNode();
    table.put("kind", "Table").put("apiVersion", apiVersion);
    table.set("metadata", metadata);
    if (withColumns) {
      ArrayNode definitions = table.putArray("columnDefinitions");
      columns.forEach(column -> definitions.add(definition(column)));
    } else {
      table.set("columnDefinitions", NullNode.instance);
    }
    ArrayNode rows = table.putArray("rows");
    objects.forEach(object -> rows.add(row(object)));
    return table;
  }

  private static ObjectNode definition(Column column) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("name", column.name())
        .put("type", column.type())
        .put("format", column.format())
        .put("description", column.description())
        .put("priority", column.priority());
  }

  private ObjectNode row(ObjectNode object) {
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    ArrayNode cells = row.putArray("cells");
    columns.forEach(column -> cells.add(column.cell().apply(object)));
    JsonNode carried =
        switch (include) {
          case METADATA -> Served.metadata(object, apiVersion);
          case OBJECT -> object;
          case NONE -> NullNode.instance;
        };
    row.set("object", carried);
    return row;
  }
}
