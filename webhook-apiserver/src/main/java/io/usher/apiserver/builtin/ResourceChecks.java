package io.usher.apiserver.builtin;

import io.usher.apiserver.schema.Quantity;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;

/** {@code resources} of containers. */
final class ResourceChecks {

  private static final Set<String> STANDARD = Set.of("cpu", "memory", "ephemeral-storage");

  private ResourceChecks() {}

  static void check(Field resources, Errors errors) {
    Field limits = resources.at("limits");
    Field requests = resources.at("requests");
    for (Map.Entry<String, Field> each : limits.members().entrySet()) {
      checkOne(each.getKey(), each.getValue(), errors);
    }
    for (Map.Entry<String, Field> each : requests.members().entrySet()) {
      String name = each.getKey();
      Field request = each.getValue();
      checkOne(name, request, errors);
      boolean fixed = !isOvercommitted(name);
      if (limits.hasKey(name)) {
        int order = value(request).compareTo(value(limits.key(name)));
        String limit = name + " limit of " + limits.key(name).text();
        Field shown = requests.showing(request.text());
        if (fixed && order != 0) {
          errors.invalid(shown, "must be equal to " + limit);
        } else if (order > 0) {
          errors.invalid(shown, "must be less than or equal to " + limit);
        }
      } else if (fixed) {
        errors.required(limits, "Limit must be set for non overcommitable resources");
      }
    }
  }

  private static void checkOne(String name, Field quantity, Errors errors) {
    Field shown = quantity.showing(name);
    errors.invalidFor(shown, Names.qualified(name));
    if (!name.contains("/") && !STANDARD.contains(name) && !isHugePages(name)) {
      if (Names.qualified(name).isEmpty()) {
        errors.invalid(shown, "must be a standard resource type or fully qualified");
      }
      errors.invalid(shown, "must be a standard resource for containers");
    }
    if (value(quantity).signum() < 0) {
      errors.invalid(quantity, "must be greater than or equal to 0");
    }
    boolean whole = value(quantity).stripTrailingZeros().scale() <= 0;
    if (!whole && !isOvercommitted(name)) {
      errors.invalid(quantity, "must be an integer");
    }
  }

  private static BigDecimal value(Field quantity) {
    return Quantity.value(quantity.text());
  }

  private static boolean isHugePages(String name) {
    return name.startsWith("hugepages-");
  }

  /** Whether a node may promise more of it than it has: what is Kubernetes' own but huge pages. */
  private static boolean isOvercommitted(String name) {
    return (!name.contains("/") || name.contains("kubernetes.io/")) && !isHugePages(name);
  }
}
