package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

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
    require(text.length() <= MAX_LENGTH, "it has more than " + MAX_LENGTH + " characters");
    JsonNode json = json(text);
    String form = json.path("v").asText();
    String start = json.path("start").asText();
    long version = json.path("rv").asLong();
    require(form.equals(FORM), "server does not recognize this encoded version " + form);
    require(
        version != 0 && version >= -1,
        "incorrect encoded start resourceVersion (version " + FORM + ")");
    require(!start.isEmpty(), "encoded start key empty (version " + FORM + ")");
    String key = start.startsWith("/") ? start.substring(1) : start;
    boolean climbs = List.of(key.split("/")).contains("..");
    require(!climbs && key.endsWith("\0"), start);
    return new ContinueToken(version, key.substring(0, key.length() - 1));
  }

  private static JsonNode json(String text) {
    byte[] json;
    try {
      json = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw invalid(String.valueOf(e.getMessage()));
    }
    try {
      JsonNode token = JSON.readTree(json);
      require(
          token.isObject(),
          "json: cannot unmarshal "
              + BodyReader.goType(token)
              + " into Go value of type storage.continueToken");
      return token;
    } catch (IOException e) {
      throw invalid(GoJson.problem(json));
    }
  }

  private static void require(boolean condition, String problem) {
    if (!condition) {
      throw invalid(problem);
    }
  }

  private static ApiException invalid(String problem) {
    return new ApiException(
        Status.badRequest("invalid continue token: continue key is not valid: " + problem));
  }
}
