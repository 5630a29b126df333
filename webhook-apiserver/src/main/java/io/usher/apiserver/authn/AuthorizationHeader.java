package io.usher.apiserver.authn;

import io.usher.apiserver.api.ApiRequest;

/** The header {@code Authorization}: a scheme and what follows it. */
public final class AuthorizationHeader {

  private AuthorizationHeader() {}

  /**
   * What follows the scheme up to the next blank; empty for another scheme, or without a header.
   */
  public static String value(ApiRequest request, String scheme) {
    String header = request.headers().first("Authorization");
    if (header == null) {
      return "";
    }
    String[] parts = header.strip().split(" ", 3);
    return parts.length > 1 && parts[0].equalsIgnoreCase(scheme) ? parts[1] : "";
  }
}
