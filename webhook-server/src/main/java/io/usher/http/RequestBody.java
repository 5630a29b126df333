package io.usher.http;

import io.usher.engine.MemoryBudget;

/**
 * A body that has come whole.
 *
 * @param bytes not copied, nobody changes them
 * @param lease the memory that it takes; closed with it
 */
public record RequestBody(byte[] bytes, MemoryBudget.Lease lease) implements AutoCloseable {

  @Override
  public void close() {
    lease.close();
  }
}
