package io.usher.authorization;

/**
 * A request for a path that is no resource: {@code /healthz}, {@code /metrics}.
 *
 * @param path the whole path
 * @param verb the HTTP method in lower case, {@code get}
 */
public record NonResourceAttributes(String path, String verb) {

  /** {@code get /healthz}. */
  @Override
  public String toString() {
    return verb + " " + path;
  }
}
