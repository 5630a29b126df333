package io.usher.apiserver.embedded;

/**
 * Has steps of controllers done on their one thread. A step reads what it writes, so that it can be
 * done again: it is when somebody else's write was faster (409).
 */
interface Work {

  /** Does a step now. */
  void now(Runnable step);

  /** Does a step when this time has passed. */
  void after(int millis, Runnable step);
}
