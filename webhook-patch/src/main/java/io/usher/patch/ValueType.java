package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** The types that the API server tells apart when it merges: an integer is none with a fraction. */
enum ValueType {
  NULL,
  BOOLEAN,
  STRING,
  INTEGER,
  FLOAT,
  MAP,
  LIST;

  /** The order in which the API server sorts texts: that of their bytes in UTF-8. */
  static final Comparator<String> TEXT_ORDER =
      (a, b) ->
          Arrays.compareUnsigned(
              a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

  static ValueType of(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> MAP;
      case ARRAY -> LIST;
      case BOOLEAN -> BOOLEAN;
      case NUMBER -> node.isIntegralNumber() && node.canConvertToLong() ? INTEGER : FLOAT;
      case STRING, BINARY -> STRING;
      case NULL, MISSING, POJO -> NULL;
    };
  }

  /** A value that is equal for equal scalars, null for maps and lists. */
  static @Nullable Object scalar(JsonNode node) {
    return switch (of(node)) {
      case NULL -> NULL;
      case BOOLEAN -> node.booleanValue();
      case STRING -> node.asText();
      case INTEGER -> node.longValue();
      case FLOAT -> float_(node);
      case MAP, LIST -> null;
    };
  }

  private static BigDecimal float_(JsonNode node) {
    BigDecimal value = node.decimalValue();
    return value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
  }

  /** The text by which the API server sorts and joins scalars. */
  static String text(JsonNode scalar) {
    return scalar.isNull() ? "<nil>" : scalar.asText();
  }
}
