package io.usher.patch;

/** The copies of a JSON Patch make the document larger than the caller allows. */
public final class CopyLimitException extends PatchException {
  private static final long serialVersionUID = 1L;

  CopyLimitException(String pointer, String problem) {
    super(pointer, problem);
  }
}
