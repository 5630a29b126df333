package io.usher.manifest.lint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What a configuration's annotations suppress: {@code lint.usher.io/RULE: REASON}, for all of its
 * entries.
 */
final class Suppressions {

  private static final String PREFIX = "lint.usher.io/";

  private Suppressions() {}

  static boolean cover(LintedObject object, LintRule rule) {
    return !annotations(object).path(PREFIX + rule.id()).asText().isBlank();
  }

  /** Tells annotations that suppress nothing, once for each configuration. */
  static List<String> useless(WebhookEntry entry) {
    var found = new ArrayList<String>();
    if (entry.json() != entry.configuration().object().path("webhooks").path(0)) {
      return found;
    }
    annotations(entry.configuration())
        .properties()
        .forEach(
            annotation -> {
              String key = annotation.getKey();
              if (key.startsWith(PREFIX)) {
                String rule = key.substring(PREFIX.length());
                if (!LintRule.ids().contains(rule)) {
                  found.add("annotation " + key + ": there is no rule " + rule);
                } else if (annotation.getValue().asText().isBlank()) {
                  found.add("annotation " + key + " has no reason");
                }
              }
            });
    return found;
  }

  private static JsonNode annotations(LintedObject object) {
    return object.object().at("/metadata/annotations");
  }
}
