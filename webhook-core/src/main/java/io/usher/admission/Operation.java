package io.usher.admission;

/** What a client does to an object, in the API server's spelling. */
public enum Operation {
  /** The object is new: {@code oldObject} is absent. */
  CREATE,
  /**
   * PUT, PATCH and apply of an object that exists: {@code object} and {@code oldObject} are there.
   */
  UPDATE,
  /** The object goes: {@code object} is absent, {@code oldObject} is there. */
  DELETE,
  /** A connection to a subresource ({@code pods/exec}, a proxy): {@code object} is its options. */
  CONNECT
}
