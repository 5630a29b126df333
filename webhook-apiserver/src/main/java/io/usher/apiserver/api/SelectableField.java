package io.usher.apiserver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Function;

/**
 * A field that {@code fieldSelector} may name beside {@code metadata.name} and {@code
 * metadata.namespace}.
 *
 * @param path the name in selectors, {@code spec.nodeName}
 * @param value gives an object's value, empty where it has none
 */
public record SelectableField(String path, Function<ObjectNode, String> value) {

  /** The scalar at this path, {@code status.phase}. */
  public static SelectableField at(String path) {
    String pointer = '/' + path.replace('.', '/');
    return new SelectableField(path, object -> object.at(pointer).asText());
  }
}
