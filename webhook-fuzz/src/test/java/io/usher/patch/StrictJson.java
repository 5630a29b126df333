package io.usher.patch;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** JSON documents out of fuzzed bytes. */
final class StrictJson {

  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private StrictJson() {}

  /** The array of two objects that these bytes are, or null when they are something else. */
  static @Nullable JsonNode twoObjects(byte[] json) {
    JsonNode two = read(json);
    return two != null && two.size() == 2 && two.path(0).isObject() && two.path(1).isObject()
        ? two
        : null;
  }

  /** The document that these bytes are, or null when they are none or hold an immense exponent. */
  static @Nullable JsonNode read(byte[] json) {
    try {
      return STRICT.readTree(json);
    } catch (IOException | NumberFormatException e) {
      return null;
    }
  }
}
