package io.usher.engine;

/**
 * What a review may cost before any rule sees it.
 *
 * @param maxBodyBytes 413 above it
 * @param maxNodes JSON values in a body; 413 above it
 * @param maxDepth of nesting; 400 above it
 * @param maxStringLength in characters; 400 above it
 * @param maxNumberLength in characters; 400 above it
 */
public record ReviewLimits(
    int maxBodyBytes, int maxNodes, int maxDepth, int maxStringLength, int maxNumberLength) {

  /**
   * A client's request is at most 3 MiB, and an UPDATE carries it twice: 8 MiB. 500,000 nodes, 500
   * levels, strings as long as a body, numbers of 1,000 characters.
   */
  public static final ReviewLimits DEFAULT =
      new ReviewLimits(8 << 20, 500_000, 500, 8 << 20, 1_000);
}
