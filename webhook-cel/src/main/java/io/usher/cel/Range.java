package io.usher.cel;

/**
 * A size or a cost, at least and at most; of 64 bits, unsigned. What is more than these hold is the
 * most that they hold.
 */
record Range(long min, long max) {

  private static final double TWO_TO_64 = 0x1p64;

  /** Nothing is known. */
  static final Range ANY = new Range(0, -1L);

  static Range of(long size) {
    return new Range(size, size);
  }

  /** The start of a union; of nothing, when there will be no parts. */
  static Range none(boolean empty) {
    return new Range(empty ? 0 : -1L, 0);
  }

  Range plus(Range other) {
    return new Range(plus(min, other.min), plus(max, other.max));
  }

  Range times(Range other) {
    return new Range(times(min, other.min), times(max, other.max));
  }

  /** Times a factor, rounded up. */
  Range by(double factor) {
    return new Range(by(min, factor), by(max, factor));
  }

  Range or(Range other) {
    return new Range(
        Long.compareUnsigned(other.min, min) < 0 ? other.min : min,
        Long.compareUnsigned(other.max, max) > 0 ? other.max : max);
  }

  static long plus(long a, long b) {
    long sum = a + b;
    return Long.compareUnsigned(sum, a) < 0 ? -1L : sum;
  }

  static long times(long a, long b) {
    return b != 0 && Long.compareUnsigned(a, Long.divideUnsigned(-1L, b)) > 0 ? -1L : a * b;
  }

  static double asDouble(long unsigned) {
    return unsigned >= 0 ? unsigned : ((unsigned >>> 1) | (unsigned & 1)) * 2.0;
  }

  private static long ofDouble(double number) {
    if (number >= TWO_TO_64) {
      return -1L;
    }
    return number < 0x1p63 ? (long) number : (long) (number - 0x1p63) ^ Long.MIN_VALUE;
  }

  private static long by(long size, double factor) {
    return ofDouble(Math.ceil(asDouble(size) * factor));
  }

  static long dividedUp(long a, long b) {
    return ofDouble(Math.ceil(asDouble(a) / asDouble(b)));
  }
}
