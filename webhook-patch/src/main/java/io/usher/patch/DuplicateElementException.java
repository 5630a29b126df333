package io.usher.patch;

/** Elements of a list that share their identity cannot be changed by a strategic merge patch. */
final class DuplicateElementException extends PatchException {
  private static final long serialVersionUID = 1L;

  DuplicateElementException(String pointer, String problem) {
    super(pointer, problem);
  }
}
