package io.usher.testkit.apiserver;

/** Who uses a server. */
public enum Sharing {
  /** One test class; the server goes with it. */
  CLASS,

  /** All classes of the JVM whose {@link ApiServerTest} says the same. */
  JVM
}
