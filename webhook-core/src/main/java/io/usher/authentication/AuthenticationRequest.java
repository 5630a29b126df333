package io.usher.authentication;

import java.util.List;
import java.util.Objects;

/**
 * What the API server asks: {@code spec} of a {@code TokenReview}.
 *
 * @param token the bearer token, a secret: it belongs into no message and no log
 * @param audiences whom the token is shown to; empty where the API server names none
 */
public record AuthenticationRequest(String token, List<String> audiences) {

  public AuthenticationRequest {
    Objects.requireNonNull(token, "token");
    audiences = List.copyOf(audiences);
  }

  /** A question that names no audience. */
  public static AuthenticationRequest of(String token) {
    return new AuthenticationRequest(token, List.of());
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "AuthenticationRequest[audiences=" + audiences + "]";
  }
}
