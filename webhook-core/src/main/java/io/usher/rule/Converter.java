package io.usher.rule;

/** One conversion, as the engine calls it. Annotated methods become converters. */
@FunctionalInterface
public interface Converter {

  /**
   * Converts one object.
   *
   * @return the object in the other version: a tree, or of a class; the context's own tree, edited,
   *     will do
   * @throws ConversionException when this object can't be converted, naming the field
   * @throws Exception when the conversion fails: so does the review
   */
  Object convert(ConversionContext context) throws Exception;
}
