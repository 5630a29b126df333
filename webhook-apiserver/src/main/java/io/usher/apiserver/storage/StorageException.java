package io.usher.apiserver.storage;

/** The storage can't write. */
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StorageException(String problem, Throwable cause) {
    super(problem, cause);
  }
}
