package io.usher.testkit.apiserver;

/** What one test may see of another of its class. */
public enum Isolation {
  /**
   * Each test has a namespace of its own, which goes with it; the rest of the server stays. Tests
   * may run in parallel.
   */
  NAMESPACE,

  /** Each test has a server of its own. Tests may run in parallel. */
  SERVER,

  /** All tests of the class work in namespace {@code default}, one after another. */
  NONE
}
