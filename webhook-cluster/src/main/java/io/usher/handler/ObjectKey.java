package io.usher.handler;

/**
 * An object of a handler's resource.
 *
 * @param namespace empty where the objects don't live in namespaces
 * @param name its name
 */
record ObjectKey(String namespace, String name) {

  /** {@code default/web}, for messages. */
  @Override
  public String toString() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }
}
