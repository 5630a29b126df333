package io.usher.json;

/**
 * Tells whether the names of what is read may stay in the table that a factory's parsers share. A
 * parser leaves its names, up to 6,000, to those after it; a user may send megabytes of ever new
 * ones. Not thread-safe while it counts.
 */
public final class NameCount {

  /** 128 characters each are 2 MB, and more than {@code managedFields} have. */
  private static final int LONG = 128;

  /**
   * More than a Pod of 60 KB has. A parser that adds a name to those before it copies the whole
   * table, up to 200 kB.
   */
  private static final int MANY = 4096;

  private int count;

  /** Another name. */
  public void add(String name) {
    count += name.length() > LONG ? MANY : 1;
  }

  /** Whether there are few names so far, and no long one. */
  public boolean mayStay() {
    return count < MANY;
  }
}
