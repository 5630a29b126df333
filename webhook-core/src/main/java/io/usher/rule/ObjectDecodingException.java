package io.usher.rule;

/** An object does not fit the type that a rule asked for. The message names the field. */
public final class ObjectDecodingException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public ObjectDecodingException(String message, Throwable cause) {
    super(message, cause);
  }
}
