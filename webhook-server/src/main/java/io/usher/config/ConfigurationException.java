package io.usher.config;

/** A key or value is wrong. The message names it and where it was said. */
public final class ConfigurationException extends Exception {

  private static final long serialVersionUID = 1L;

  ConfigurationException(String message) {
    super(message);
  }
}
