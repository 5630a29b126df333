package io.usher.cluster;

/** What becomes of a rule that reads a view which is older than the server allows. */
public enum OnStale {
  /** The read throws {@link StaleViewException}, so the call fails: its failure policy decides. */
  FAIL,
  /** The rule sees the old view; {@link Lister#age()} tells how old it is. */
  USE
}
