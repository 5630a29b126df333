package io.usher.listwatch;

import io.usher.view.StoredObject;

/**
 * Takes each object of a resource as it is read, whole, and needs not keep it: what a list of any
 * length takes of memory is its business alone. Called by one thread at a time.
 */
public interface ObjectVisitor {

  /** An object that is there, or has changed. The answer that it came with is still read. */
  void visit(StoredObject object);

  /** Nothing is read now: the time for what takes long. */
  void settle() throws InterruptedException;

  /** A list is at its end, and settled; a watch begins. */
  default void end() {}
}
