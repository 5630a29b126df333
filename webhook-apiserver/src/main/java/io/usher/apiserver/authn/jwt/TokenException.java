package io.usher.apiserver.authn.jwt;

/** A token of an issuer does not count. The message says why, with nothing of what it holds. */
final class TokenException extends Exception {
  private static final long serialVersionUID = 1L;

  TokenException(String message) {
    super(message);
  }
}
