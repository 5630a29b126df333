package io.usher.config;

/** A setting, or a file that it names, is wrong. The message names it and where it was set. */
public final class ConfigurationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With a message that names the setting, what is wrong with it, and what it should be. */
  public ConfigurationException(String message) {
    super(message);
  }

  /** The step that failed, with the cause's own message. */
  public ConfigurationException(String step, Throwable cause) {
    super(
        step + ": " + (cause.getMessage() == null ? cause.toString() : cause.getMessage()), cause);
  }
}
