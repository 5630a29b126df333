package io.usher.benchmarks.api;

/**
 * How much is measured.
 *
 * @param rounds in which each server has its turn
 * @param warmUps turns of each server that are not counted: compilers take some
 * @param creates objects that a turn of creating makes, and removes again
 * @param readSeconds of gets in a turn
 * @param lists of all objects in a turn
 * @param watchRounds in which each server has its turn with watchers
 * @param watchSeconds of changes in such a turn
 * @param starts of each server
 * @param comparisons with another build
 * @param settleSeconds from the last request until memory is read
 */
record Effort(
    int rounds,
    int warmUps,
    int creates,
    int readSeconds,
    int lists,
    int watchRounds,
    int watchSeconds,
    int starts,
    int comparisons,
    int settleSeconds) {

  static final Effort FULL = new Effort(7, 3, 4000, 3, 5, 5, 8, 9, 3, 35);

  /** Some eight minutes. */
  static final Effort QUICK = new Effort(3, 2, 2000, 1, 2, 1, 5, 3, 1, 35);
}
