package io.usher.apiserver.admission.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.usher.apiserver.api.GoText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Answers other than 2xx in the words of client-go, with which kube-apiserver calls. */
final class HttpFailure {

  /** client-go shows no more of a body. */
  private static final int MAX_SHOWN = 2048;

  private HttpFailure() {}

  static String message(int code, byte[] body) {
    String status = statusMessage(body);
    if (!status.isEmpty()) {
      return status;
    }
    return switch (code) {
      case 400 -> "the server rejected our request for an unknown reason";
      case 401 -> "the server has asked for the client to provide credentials";
      case 403 -> "forbidden: " + text(body);
      case 404 -> "the server could not find the requested resource";
      case 405 -> "the server does not allow this method on the requested resource";
      case 429 -> "the server has received too many requests and has asked us to try again later";
      case 503 -> "the server is currently unable to handle the request";
      case 504 ->
          "the server was unable to return a response in the time allotted, but may still be"
              + " processing the request";
      default ->
          code >= 500
              ? "an error on the server ("
                  + GoText.quote(text(body).isEmpty() ? "unknown" : text(body))
                  + ") has prevented the request from succeeding"
              : "the server responded with the status code "
                  + code
                  + " but did not return more information";
    };
  }

  private static String statusMessage(byte[] body) {
    try {
      JsonNode json = new JsonMapper().readTree(body);
      return json.path("kind").asText().equals("Status") ? json.path("message").asText() : "";
    } catch (IOException e) {
      return "";
    }
  }

  private static String text(byte[] body) {
    int length = Math.min(body.length, MAX_SHOWN);
    return new String(body, 0, length, StandardCharsets.UTF_8).strip();
  }
}
