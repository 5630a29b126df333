package io.usher.benchmarks.hostile;

import java.io.IOException;

/**
 * One kind of harm.
 *
 * @param name as the report has it
 * @param threads that do it at once
 * @param round is done over and over until the time is up
 */
record Attack(String name, int threads, Round round) {

  /** One try. A server that closes the connection ends it with an {@link IOException}. */
  interface Round {
    void run(Target target, Outcomes outcomes, long endNanos) throws IOException;
  }

  static Attack of(String name, Round round) {
    return new Attack(name, 4, round);
  }
}
