package io.usher.rule;

/**
 * An object has no form in the other version. The whole review fails with it, and the client reads
 * the field and the message.
 */
public final class ConversionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String field;

  /**
   * @param field that can't be converted: {@code spec.schedule}
   * @param message what is wrong with it
   */
  public ConversionException(String field, String message) {
    super(message);
    this.field = field;
  }

  /** The field that can't be converted. */
  public String field() {
    return field;
  }
}
