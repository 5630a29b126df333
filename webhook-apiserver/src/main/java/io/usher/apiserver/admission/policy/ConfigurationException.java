package io.usher.apiserver.admission.policy;

/** A policy or a binding can't be used as it is written; the message is kube-apiserver's. */
public final class ConfigurationException extends Exception {
  private static final long serialVersionUID = 1L;

  public ConfigurationException(String message) {
    super(message, null, false, false);
  }
}
