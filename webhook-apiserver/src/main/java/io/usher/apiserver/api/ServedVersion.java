package io.usher.apiserver.api;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One version of a resource type.
 *
 * @param name {@code v1}, {@code v1beta1}
 * @param schema the fields of its objects
 * @param columnSource gives the columns of its Tables when one is shown; none for Name and Age
 * @param selectableFields what field selectors may name
 * @param conversion to and from the stored version
 * @param deprecationWarning the text of the Warning header that each request gets, or empty
 * @param subresources what this version has in the place of the type's subresources; null where it
 *     has those
 */
public record ServedVersion(
    String name,
    ObjectSchema schema,
    Supplier<List<Column>> columnSource,
    List<SelectableField> selectableFields,
    Conversion conversion,
    String deprecationWarning,
    @Nullable List<Subresource> subresources) {

  public ServedVersion {
    selectableFields = List.copyOf(selectableFields);
    subresources = subresources == null ? null : List.copyOf(subresources);
  }

  /** A version of objects of any shape. */
  public static ServedVersion of(String name) {
    return new ServedVersion(
        name, ObjectSchema.ANY, List::of, List.of(), Conversion.NONE, "", null);
  }

  /** The columns of its Tables; none for Name and Age. */
  public List<Column> columns() {
    return columnSource.get();
  }

  /** The same with a schema. */
  public ServedVersion withSchema(ObjectSchema other) {
    return new ServedVersion(
        name, other, columnSource, selectableFields, conversion, deprecationWarning, subresources);
  }

  /** The same with other columns. */
  public ServedVersion withColumns(List<Column> others) {
    List<Column> copy = List.copyOf(others);
    return withColumns(() -> copy);
  }

  /** The same with other columns, which are asked for when a Table is shown. */
  public ServedVersion withColumns(Supplier<List<Column>> others) {
    return new ServedVersion(
        name, schema, others, selectableFields, conversion, deprecationWarning, subresources);
  }

  /** The same with other selectable fields. */
  public ServedVersion withSelectableFields(List<SelectableField> others) {
    return new ServedVersion(
        name, schema, columnSource, others, conversion, deprecationWarning, subresources);
  }

  /** The same with a conversion to and from the stored version. */
  public ServedVersion withConversion(Conversion other) {
    return new ServedVersion(
        name, schema, columnSource, selectableFields, other, deprecationWarning, subresources);
  }

  /** The same with a text that each request's answer warns with. */
  public ServedVersion withDeprecationWarning(String other) {
    return new ServedVersion(
        name, schema, columnSource, selectableFields, conversion, other, subresources);
  }

  /** The same with subresources of its own. */
  public ServedVersion withSubresources(List<Subresource> others) {
    return new ServedVersion(
        name, schema, columnSource, selectableFields, conversion, deprecationWarning, others);
  }
}
