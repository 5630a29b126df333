package io.usher.apiserver.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.Status;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Where a list goes on, in the form of k8s.io/apiserver's tokens.
 *
 * @param version the list's version; -1 to go on with what there is now
 * @param after the key after which it goes on, without the prefix that all keys of the list have
 */
record ContinueToken(long version, String after) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FORM = "meta.k8s.io/v1";
  private static final int MAX_LENGTH = 4096;

  String encode() {
    String json =
        JsonNodeFactory.instance
            .objectNode()
            .put("v", FORM)
            .put("rv", version)
            .put("start", "/" + after + '\0')
            .toString();
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads a token that a client sends back.
   *
   * @throws ApiException 400 when it is none of ours
   */
  static ContinueToken decode(String text) {
    try {
      if (text.length() > MAX_LENGTH) {
        throw new IllegalArgumentException("it has more than " + MAX_LENGTH + " characters");
      }
      JsonNode json =
          JSON.readTree(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8));
      String start = json.path("start").asText();
      long version = json.path("rv").asLong();
      boolean known = json.path("v").asText().equals(FORM) && version != 0 && version >= -1;
      if (!known || !start.startsWith("/") || !start.endsWith("\0") || start.contains("..")) {
        throw new IllegalArgumentException("this server did not give it");
      }
      return new ContinueToken(version, start.substring(1, start.length() - 1));
    } catch (IllegalArgumentException | JsonProcessingException e) {
      throw new ApiException(
          Status.badRequest(
              "invalid continue token: continue key is not valid: "
                  + (e instanceof JsonProcessingException ? "it is no JSON" : e.getMessage())));
    }
  }
}
