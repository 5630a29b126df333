package io.usher.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.apiserver.api.FieldError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What the rules of one schema cost at most, by Kubernetes' limits: 10,000,000 for a rule about all
 * the values that one object can have, 100,000,000 for all rules. Costs are unsigned.
 */
final class RuleCosts {

  private static final long LIMIT = 10_000_000;
  private static final long TOTAL_LIMIT = 100_000_000;
  private static final int TOLD = 4;
  private static final long UNBOUNDED = -1;
  private static final long REQUEST = 3 * 1024 * 1024;
  private static final double MANY = 100;
  private static final double FEW = 1.5;

  private record Expensive(String path, long cost) {}

  private final boolean excused;
  private final List<Expensive> expensive = new ArrayList<>();
  private long total;

  /**
   * Costs of a schema.
   *
   * @param excused whether one rule may cost what it likes: it was admitted when costs were
   *     estimated in another way
   */
  RuleCosts(boolean excused) {
    this.excused = excused;
  }

  /** How often parts of a value can be there, when the value can be so often. */
  static long cardinality(long cardinality, JsonNode schema) {
    String keyword =
        switch (schema.path("type").asText()) {
          case "object" -> schema.has("additionalProperties") ? "maxProperties" : "";
          case "array" -> "maxItems";
          default -> "";
        };
    if (cardinality == UNBOUNDED || !keyword.isEmpty() && !schema.hasNonNull(keyword)) {
      return UNBOUNDED;
    }
    return keyword.isEmpty()
        ? cardinality
        : times(cardinality, Math.max(0, schema.path(keyword).asLong()));
  }

  /**
   * How often a value of a schema can be there; as many as a request holds, if nothing bounds it.
   */
  static long times(long cardinality, SchemaNode schema) {
    return cardinality == UNBOUNDED ? REQUEST / (ValueTypes.leastBytes(schema) + 1) : cardinality;
  }

  private static long times(long a, long b) {
    return b != 0 && Long.compareUnsigned(a, Long.divideUnsigned(-1L, b)) > 0 ? -1L : a * b;
  }

  /** What is wrong with an expression's cost, as often as it may run. */
  List<FieldError> of(String path, String what, long estimate, long times) {
    long cost = times(estimate, times);
    long sum = total + cost;
    total = Long.compareUnsigned(sum, total) < 0 ? -1L : sum;
    if (Long.compareUnsigned(cost, TOTAL_LIMIT / (long) MANY) >= 0) {
      expensive.add(new Expensive(path, cost));
    }
    return !excused && Long.compareUnsigned(cost, LIMIT) > 0
        ? List.of(FieldError.forbidden(path, exceeded("estimated " + what + " cost", cost, LIMIT)))
        : List.of();
  }

  /** What is wrong with all together. */
  List<FieldError> total(String path) {
    var errors = new ArrayList<FieldError>();
    if (Long.compareUnsigned(total, TOTAL_LIMIT) <= 0) {
      return errors;
    }
    expensive.sort(Comparator.comparing(Expensive::cost, (a, b) -> Long.compareUnsigned(b, a)));
    expensive.stream()
        .limit(TOLD)
        .forEach(
            each ->
                errors.add(
                    FieldError.forbidden(
                        each.path(),
                        "contributed to estimated rule cost total exceeding cost limit for entire"
                            + " OpenAPIv3 schema")));
    errors.add(
        FieldError.forbidden(
            path,
            exceeded(
                "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema",
                total,
                TOTAL_LIMIT)));
    return errors;
  }

  private static String exceeded(String what, long cost, long limit) {
    double factor = (cost >= 0 ? cost : ((cost >>> 1) | (cost & 1)) * 2.0) / limit;
    String shown =
        factor > MANY
            ? "more than 100x"
            : String.format(Locale.ROOT, factor < FEW ? "%fx" : "%.1fx", factor);
    return what
        + " exceeds budget by factor of "
        + shown
        + " (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays,"
        + " maps, and strings are declared)";
  }
}
