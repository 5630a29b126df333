package io.usher.apiserver.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;

/**
 * What elements of lists are told apart by, as text: the same for equal values. Trees are no keys
 * of a hash map: they have no order, so that elements whose hashes a client made the same would be
 * compared each with each.
 */
final class ElementKey {

  private static final ObjectWriter SORTED =
      JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build().writer();

  private ElementKey() {}

  /** A whole value. */
  static String of(JsonNode value) {
    if (value.isMissingNode()) {
      return "";
    }
    try {
      return SORTED.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree is always written", e);
    }
  }

  /** The members with these names, of which some may be absent. */
  static String of(JsonNode element, List<String> names) {
    var key = new StringBuilder();
    names.forEach(name -> key.append(of(element.path(name))).append(','));
    return key.toString();
  }
}
