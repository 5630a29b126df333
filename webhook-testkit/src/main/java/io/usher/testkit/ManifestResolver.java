package io.usher.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/** What {@link Manifest} does. */
final class ManifestResolver implements ParameterResolver {

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
    return parameter.isAnnotated(Manifest.class);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
    String name = parameter.findAnnotation(Manifest.class).orElseThrow().value();
    Class<?> type = parameter.getParameter().getType();
    String text = text(test.getRequiredTestClass(), name);
    try {
      return type == String.class ? text : Documents.typed(Documents.parse(name, text), type);
    } catch (IllegalArgumentException e) {
      throw new ParameterResolutionException(
          "@Manifest(\"%s\") %s: %s".formatted(name, parameter.getParameter(), e.getMessage()), e);
    }
  }

  private static String text(Class<?> testClass, String name) {
    try (InputStream resource = testClass.getResourceAsStream(name)) {
      if (resource == null) {
        throw new ParameterResolutionException(
            "@Manifest(\"%s\"): no such class path resource, looked for from %s"
                .formatted(name, testClass.getName()));
      }
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new ParameterResolutionException("@Manifest(\"" + name + "\"): " + e.getMessage(), e);
    }
  }
}
