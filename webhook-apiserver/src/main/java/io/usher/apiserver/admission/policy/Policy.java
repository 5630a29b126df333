package io.usher.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A policy. Its expressions are compiled when somebody first needs them. Thread-safe.
 *
 * @param <P> its compiled expressions
 */
final class Policy<P> {

  private final String name;
  private final boolean ignoresFailures;
  private final MatchResources constraints;
  private final @Nullable ParamKind paramKind;
  private final JsonNode spec;
  private final Function<JsonNode, P> compiler;
  private volatile @Nullable P compiled;

  private Policy(String name, JsonNode spec, Function<JsonNode, P> compiler) {
    this.name = name;
    this.spec = spec;
    this.compiler = compiler;
    ignoresFailures = spec.path("failurePolicy").asText().equals("Ignore");
    constraints = MatchResources.of(spec.path("matchConstraints"));
    paramKind = spec.has("paramKind") ? ParamKind.of(spec.path("paramKind")) : null;
  }

  /**
   * Reads a policy.
   *
   * @param compiler makes the expressions of its spec
   */
  static <P> Policy<P> of(JsonNode object, Function<JsonNode, P> compiler) {
    return new Policy<>(
        object.path("metadata").path("name").asText(), object.path("spec"), compiler);
  }

  /** Whether an object says the same as the one that this policy is of. */
  boolean isOf(JsonNode object) {
    return spec.equals(object.path("spec"));
  }

  String name() {
    return name;
  }

  boolean ignoresFailures() {
    return ignoresFailures;
  }

  MatchResources constraints() {
    return constraints;
  }

  /** The kind of its parameters; null where it has none. */
  @Nullable ParamKind paramKind() {
    return paramKind;
  }

  /** Its expressions; waits where they are being compiled. */
  P compiled() {
    P now = compiled;
    return now == null ? compile() : now;
  }

  private synchronized P compile() {
    P now = compiled;
    if (now == null) {
      now = compiler.apply(spec);
      compiled = now;
    }
    return now;
  }
}
