package io.usher.patch;

/**
 * A patch could not be made or applied. The message names the step, what was wrong, and the list or
 * key concerned; {@link #pointer()} says where.
 */
public class PatchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String pointer;

  /**
   * @param pointer JSON pointer (RFC 6901) of the value concerned, empty for the document itself
   * @param problem the step and what was wrong; the exception's message is this text and the
   *     pointer
   */
  public PatchException(String pointer, String problem) {
    super(pointer.isEmpty() ? problem : problem + " (at " + pointer + ")");
    this.pointer = pointer;
  }

  /** JSON pointer (RFC 6901) of the value concerned, empty for the document itself. */
  public final String pointer() {
    return pointer;
  }
}
