package io.usher.apiserver.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.apiserver.api.FieldSelector;
import io.usher.rule.LabelSelector;
import java.util.StringJoiner;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A selector of a review of authorization.k8s.io, as the parameters of a request write it.
 *
 * @param text what is known of it: without the rest an authorizer decides about more
 * @param whole whether that is all
 */
record ReviewSelector(String text, boolean whole) {

  private static final Pattern FIELD = Pattern.compile("[^,=!\\\\]+");

  /** A valid {@code fieldSelector}; missing for one that selects everything. */
  static ReviewSelector ofFields(JsonNode selector) {
    String raw = selector.path("rawSelector").asText();
    return raw.isEmpty() ? of(selector, true) : ofRaw(raw, FieldSelector::parse);
  }

  /** A valid {@code labelSelector}; missing for one that selects everything. */
  static ReviewSelector ofLabels(JsonNode selector) {
    String raw = selector.path("rawSelector").asText();
    return raw.isEmpty() ? of(selector, false) : ofRaw(raw, LabelSelector::parse);
  }

  private static ReviewSelector ofRaw(String raw, Consumer<String> parser) {
    try {
      parser.accept(raw);
      return new ReviewSelector(raw, true);
    } catch (IllegalArgumentException e) {
      return new ReviewSelector("", false);
    }
  }

  private static ReviewSelector of(JsonNode selector, boolean fields) {
    var text = new StringJoiner(",");
    boolean whole = true;
    for (JsonNode each : selector.path("requirements")) {
      String term = fields ? field(each) : label(each);
      if (term.isEmpty()) {
        whole = false;
      } else {
        text.add(term);
      }
    }
    return new ReviewSelector(text.toString(), whole);
  }

  /** Empty for what no field selector says. */
  private static String field(JsonNode requirement) {
    String key = requirement.path("key").asText();
    JsonNode values = requirement.path("values");
    if (values.size() != 1 || !FIELD.matcher(key).matches()) {
      return "";
    }
    String value = values.path(0).asText().replaceAll("[\\\\,=]", "\\\\$0");
    return switch (requirement.path("operator").asText()) {
      case "In" -> key + '=' + value;
      case "NotIn" -> key + "!=" + value;
      default -> "";
    };
  }

  /** Empty for an unknown operator. */
  private static String label(JsonNode requirement) {
    String key = requirement.path("key").asText();
    var values = new StringJoiner(",", " (", ")");
    requirement.path("values").forEach(each -> values.add(each.asText()));
    return switch (requirement.path("operator").asText()) {
      case "In" -> key + " in" + values;
      case "NotIn" -> key + " notin" + values;
      case "Exists" -> key;
      case "DoesNotExist" -> '!' + key;
      default -> "";
    };
  }
}
