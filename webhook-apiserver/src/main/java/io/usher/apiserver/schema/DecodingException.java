package io.usher.apiserver.schema;

/** A value can't be decoded; the message is kube-apiserver's. */
final class DecodingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DecodingException(String message) {
    super(message, null, false, false);
  }
}
