package io.usher.engine;

/**
 * What one review takes from the {@link MemoryBudget} for all that is made of its body, and for its
 * answer, before any of it is allocated. For one thread at a time.
 */
public final class ReviewMemory {

  /**
   * Bytes that a byte of text may need when it is read: two in the parser's buffer, up to three
   * while a string is built of them, two in the string.
   */
  private static final int BYTES_OF_TEXT = 8;

  /** Bytes that a byte of an answer needs: it is kept in blocks, and then in one array. */
  private static final int BYTES_OF_ANSWER = 3;

  /** The parser, the reader, and a name as long as may be: whatever a review is like. */
  private static final int LEAST = 128 << 10;

  /** Values that are paid for at a time: most reviews ask once. */
  private static final int VALUES = 512;

  private final MemoryBudget.Lease lease;
  private final int bytesPerValue;

  /**
   * Memory of a review.
   *
   * @param lease holds the bytes of the body
   * @param bytesPerValue what a JSON value or a name is counted as
   */
  public ReviewMemory(MemoryBudget.Lease lease, int bytesPerValue) {
    this.lease = lease;
    this.bytesPerValue = bytesPerValue;
  }

  /** Takes what the text of a body may need, whatever is in it. */
  public void takeText(int bytes) throws ProtocolException {
    take(LEAST + (long) bytes * BYTES_OF_TEXT);
  }

  /** Takes what the next bytes of an answer need. */
  public void takeAnswer(int bytes) throws ProtocolException {
    take((long) bytes * BYTES_OF_ANSWER);
  }

  /**
   * Takes what the next JSON values and names may need.
   *
   * @return how many are paid for
   */
  int takeValues() throws ProtocolException {
    take((long) VALUES * bytesPerValue);
    return VALUES;
  }

  /** What is taken now, the body included. */
  public long taken() {
    return lease.bytes();
  }

  /**
   * Gives back what was taken since so much was; nothing that it was taken for is used any more.
   */
  public void giveBackTo(long before) {
    lease.shrink(lease.bytes() - before);
  }

  /** Takes so many bytes. */
  public void take(long bytes) throws ProtocolException {
    if (lease.tryGrow(bytes)) {
      return;
    }
    long needed = lease.bytes() + bytes;
    if (needed > lease.limit()) {
      throw new ProtocolException(
          413,
          "the review may need "
              + needed
              + " bytes of memory, of "
              + lease.limit()
              + " for all reviews");
    }
    throw ProtocolException.overloaded("the reviews in flight take all memory that is theirs");
  }
}
