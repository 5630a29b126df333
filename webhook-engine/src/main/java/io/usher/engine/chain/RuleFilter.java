package io.usher.engine.chain;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.rule.RuleMatch;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A {@link RuleMatch}, ready to be held against requests. */
final class RuleFilter {

  private final RuleMatch match;
  private final List<Pattern> namespaces;
  private final List<Pattern> names;

  RuleFilter(RuleMatch match) {
    this.match = match;
    this.namespaces = match.namespaces().stream().map(RuleFilter::glob).toList();
    this.names = match.names().stream().map(RuleFilter::glob).toList();
  }

  /**
   * Whether the rule is for this request.
   *
   * @param object as the earlier rules left it; read only where names or labels are asked for
   */
  boolean accepts(AdmissionRequest request, @Nullable ObjectNode object) {
    return match.isRegisteredFor(request)
        && (namespaces.isEmpty() || any(namespaces, request.namespace()))
        && (names.isEmpty() || any(names, name(request, object)))
        && match.labels().matches(object);
  }

  private static String name(AdmissionRequest request, @Nullable ObjectNode object) {
    return request.name().isEmpty() && object != null
        ? object.path("metadata").path("name").asText()
        : request.name();
  }

  private static boolean any(List<Pattern> globs, String value) {
    return globs.stream().anyMatch(glob -> glob.matcher(value).matches());
  }

  /** What is between two stars is found where it first comes, for good: no star is tried again. */
  private static Pattern glob(String glob) {
    String[] parts = glob.split("\\*", -1);
    int last = parts.length - 1;
    var regex = new StringBuilder(Pattern.quote(parts[0]));
    for (int i = 1; i < last; i++) {
      regex.append("(?>.*?").append(Pattern.quote(parts[i])).append(')');
    }
    if (last > 0) {
      regex.append(".*").append(Pattern.quote(parts[last]));
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }
}
