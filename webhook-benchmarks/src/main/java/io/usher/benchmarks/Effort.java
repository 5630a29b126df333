package io.usher.benchmarks;

/**
 * How long and how often things are measured.
 *
 * @param jmhWarmups iterations of a second
 * @param jmhIterations iterations of a second
 * @param warmupSeconds load before a server is measured, for each server: compilers on one core
 *     need about a minute until its numbers settle
 * @param rounds in which each server has its turn
 * @param roundSeconds of load for a server and a body
 * @param pairs with and without an endless rule
 * @param pairSeconds of load for each half
 * @param starts of each server
 * @param memorySeconds of load before the memory is read
 */
record Effort(
    int jmhWarmups,
    int jmhIterations,
    int warmupSeconds,
    int rounds,
    int roundSeconds,
    int pairs,
    int pairSeconds,
    int starts,
    int memorySeconds) {

  static final Effort FULL = new Effort(5, 5, 45, 7, 4, 3, 20, 9, 20);

  /** Under three minutes. */
  static final Effort QUICK = new Effort(2, 1, 6, 3, 2, 1, 6, 3, 6);
}
