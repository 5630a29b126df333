package io.usher.apiserver.authn;

import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Requests that show a credential. */
final class Requests {

  private Requests() {}

  static ApiRequest anonymous() {
    return ApiRequest.of("GET", "/api");
  }

  static ApiRequest authorization(String header) {
    return anonymous().withHeaders(Headers.of(Map.of("authorization", List.of(header))));
  }

  static ApiRequest bearer(String token) {
    return authorization("Bearer " + token);
  }

  static ApiRequest basic(String user, String password) {
    byte[] credential = (user + ':' + password).getBytes(StandardCharsets.UTF_8);
    return authorization("Basic " + Base64.getEncoder().encodeToString(credential));
  }
}
