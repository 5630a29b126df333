package io.usher.cli.local;

/** A manifest can't be read, or is none. The message says which, where, and what was wrong. */
public final class ManifestException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** A manifest that is wrong in this way. */
  public ManifestException(String message) {
    super(message);
  }

  ManifestException(String message, Throwable cause) {
    super(message, cause);
  }
}
