package io.usher.observe;

/**
 * Who asks for a review, as the server knows it.
 *
 * @param name the common name of a certificate, or the name of a credential
 * @param proof what proved it: {@code certificate}, {@code token}, {@code password}, {@code none}
 */
public record Caller(String name, String proof) {

  /** Somebody who needed to prove nothing. */
  public static final Caller ANYONE = new Caller("", "none");
}
