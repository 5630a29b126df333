package io.usher.apiserver.schema;

/**
 * The path of a value that is being looked at, {@code spec.containers[0].name}: one text that grows
 * and shrinks, so that a long name costs what it has once, however many values are below it.
 */
final class PathBuilder {

  private final StringBuilder path = new StringBuilder();

  boolean isRoot() {
    return path.length() == 0;
  }

  /** Goes to a member; {@link #leave} takes what this returns. */
  int enter(String name) {
    int outer = path.length();
    path.append(outer == 0 ? "" : ".").append(name);
    return outer;
  }

  /** Goes to an element. */
  int enter(int index) {
    int outer = path.length();
    path.append('[').append(index).append(']');
    return outer;
  }

  void leave(int outer) {
    path.setLength(outer);
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
