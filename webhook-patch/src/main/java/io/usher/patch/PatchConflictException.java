package io.usher.patch;

/**
 * A three-way patch was not made because the live object was changed differently at the same place,
 * which {@link #pointer()} gives.
 */
public final class PatchConflictException extends PatchException {
  private static final long serialVersionUID = 1L;

  PatchConflictException(String pointer, String problem) {
    super(pointer, problem);
  }
}
