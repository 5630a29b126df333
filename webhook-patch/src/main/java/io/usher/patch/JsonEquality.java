package io.usher.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NumericNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.json.LazyJson;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.Map;

/**
 * Equality of JSON documents as the API server sees it: an integer and a float are different
 * values, {@code 1.10} and {@code 1.1} are the same one, whatever Java types hold them.
 */
final class JsonEquality {
  private JsonEquality() {}

  /** Whether both are known to be one document without looking inside. */
  static boolean same(JsonNode a, JsonNode b) {
    return a == b || LazyJson.sameSource(a, b);
  }

  static boolean equal(JsonNode a, JsonNode b) {
    if (a == b) {
      return true;
    }
    if (a instanceof ObjectNode object) {
      return b instanceof ObjectNode other
          && (LazyJson.sameSource(a, b) || equalMembers(object, other));
    }
    if (a instanceof ArrayNode) {
      return b instanceof ArrayNode && (LazyJson.sameSource(a, b) || equalElements(a, b));
    }
    return a.equals(b) || a instanceof NumericNode && b.isNumber() && equalNumbers(a, b);
  }

  /** Members mostly come in the same order: then none is looked up. */
  private static boolean equalMembers(ObjectNode a, ObjectNode b) {
    if (a.size() != b.size()) {
      return false;
    }
    Iterator<Map.Entry<String, JsonNode>> others = b.properties().iterator();
    for (Map.Entry<String, JsonNode> member : a.properties()) {
      Map.Entry<String, JsonNode> next = others.next();
      String name = member.getKey();
      JsonNode other = name.equals(next.getKey()) ? next.getValue() : b.get(name);
      if (other == null || !equal(member.getValue(), other)) {
        return false;
      }
    }
    return true;
  }

  private static boolean equalElements(JsonNode a, JsonNode b) {
    int size = a.size();
    if (size != b.size()) {
      return false;
    }
    for (int i = 0; i < size; i++) {
      if (!equal(a.get(i), b.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean equalNumbers(JsonNode a, JsonNode b) {
    if (a.isIntegralNumber() != b.isIntegralNumber()) {
      return false;
    }
    if (!a.isIntegralNumber()) {
      return isNaN(a) || isNaN(b) ? a.equals(b) : a.decimalValue().compareTo(b.decimalValue()) == 0;
    }
    return a.canConvertToLong() && b.canConvertToLong()
        ? a.longValue() == b.longValue()
        : a.bigIntegerValue().equals(b.bigIntegerValue());
  }

  private static boolean isNaN(JsonNode number) {
    return ((NumericNode) number).isNaN();
  }

  /**
   * A hash that equal documents share. It guides alignments only, which stay right where two
   * unequal documents share theirs.
   */
  static long hash(JsonNode node) {
    long hash = mix(node.getNodeType().ordinal() + 1);
    if (node instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> member : object.properties()) {
        hash += mix(mix(member.getKey().hashCode()) ^ hash(member.getValue()));
      }
    } else if (node.isArray()) {
      for (JsonNode element : node) {
        hash = mix(hash ^ hash(element)) + 1;
      }
    } else if (node.isNumber()) {
      hash ^= numberHash(node);
    } else {
      hash ^= textHash(node.asText());
    }
    return mix(hash);
  }

  private static long numberHash(JsonNode node) {
    if (node.isIntegralNumber()) {
      return node.canConvertToLong() ? node.longValue() : node.bigIntegerValue().hashCode();
    }
    if (isNaN(node)) {
      return 0;
    }
    BigDecimal value = node.decimalValue();
    return value.signum() == 0 ? ~0L : ~(long) value.stripTrailingZeros().hashCode();
  }

  private static long textHash(String text) {
    return (long) text.hashCode() << 20 ^ text.length();
  }

  /** The finalizer of SplitMix64. */
  private static long mix(long value) {
    long z = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }
}
