package io.usher.engine.chain;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.engine.Globs;
import io.usher.rule.RuleMatch;
import org.jspecify.annotations.Nullable;

/** A {@link RuleMatch}, ready to be held against requests. */
final class RuleFilter {

  private final RuleMatch match;
  private final Globs namespaces;
  private final Globs names;

  RuleFilter(RuleMatch match) {
    this.match = match;
    this.namespaces = Globs.of(match.namespaces());
    this.names = Globs.of(match.names());
  }

  /**
   * Whether the rule is for this request.
   *
   * @param object as the earlier rules left it; read only where names or labels are asked for
   */
  boolean accepts(AdmissionRequest request, @Nullable ObjectNode object) {
    return match.isRegisteredFor(request)
        && namespaces.match(request.namespace())
        && (names.isEmpty() || names.match(name(request, object)))
        && match.labels().matches(object);
  }

  private static String name(AdmissionRequest request, @Nullable ObjectNode object) {
    return request.name().isEmpty() && object != null
        ? object.path("metadata").path("name").asText()
        : request.name();
  }
}
