package io.usher.webhook;

import io.usher.cluster.ClusterReader;
import io.usher.rule.ConversionContext;
import io.usher.rule.Converter;
import io.usher.webhook.declaration.ConversionDeclaration;
import io.usher.webhook.declaration.ConversionDeclaration.Argument;
import org.jspecify.annotations.Nullable;

/**
 * Calls an annotated method of an object.
 *
 * @param declaration of the method
 * @param method to call
 */
record MethodConverter(ConversionDeclaration declaration, BoundMethod method) implements Converter {

  @Override
  public Object convert(ConversionContext context) throws Exception {
    int object = declaration.arguments().indexOf(Argument.OBJECT);
    Object view = context.object(method.type(object));
    var values = new @Nullable Object[declaration.arguments().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i == object ? view : context;
    }
    Object returned = method.call(values, MethodConverter::nothing);
    if (declaration.edits()) {
      return view;
    }
    if (returned == null) {
      throw new IllegalStateException(
          "conversion " + method.name() + " returned null; return the object in the other version");
    }
    return returned;
  }

  /** A conversion is of the object alone, so that it has the same result wherever it runs. */
  private static ClusterReader nothing() {
    throw new IllegalStateException("a conversion reads nothing of the cluster");
  }
}
