package io.usher.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.apiserver.schema.Quantity;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One item of a LimitRange, held against what takes resources; its texts are kube-apiserver's. */
final class LimitCheck {

  private final JsonNode limit;
  private final String type;
  private final List<String> problems;

  /** Adds to the problems. */
  LimitCheck(JsonNode limit, List<String> problems) {
    this.limit = limit;
    this.type = limit.path("type").asText();
    this.problems = problems;
  }

  void containers(JsonNode pod, String kind) {
    for (JsonNode container : Pods.list(pod, kind)) {
      JsonNode resources = container.path("resources");
      resources(
          ResourceList.of(resources.path("requests")), ResourceList.of(resources.path("limits")));
    }
  }

  void resources(Map<String, String> requests, Map<String, String> limits) {
    bounds("min").forEach((name, bound) -> min(name, bound, requests.get(name), limits.get(name)));
    bounds("max").forEach((name, bound) -> max(name, bound, requests.get(name), limits.get(name)));
    bounds("maxLimitRequestRatio")
        .forEach((name, bound) -> ratio(name, bound, requests.get(name), limits.get(name)));
  }

  /** A claim has requests alone. */
  void claim(JsonNode claim) {
    Map<String, String> requests =
        ResourceList.of(claim.path("spec").path("resources").path("requests"));
    bounds("min").forEach((name, bound) -> min(name, bound, requests.get(name), null));
    bounds("max")
        .forEach(
            (name, bound) -> {
              String request = requests.get(name);
              if (request == null) {
                problems.add(usage("maximum", name, bound) + ".  No request is specified");
              } else if (ResourceList.isMore(request, bound)) {
                problems.add(usage("maximum", name, bound) + ", but request is " + request);
              }
            });
  }

  private Map<String, String> bounds(String member) {
    return ResourceList.of(limit.path(member));
  }

  private String usage(String which, String name, String bound) {
    return which + ' ' + name + " usage per " + type + " is " + bound;
  }

  private void min(String name, String bound, @Nullable String request, @Nullable String limited) {
    String usage = usage("minimum", name, bound);
    if (request == null) {
      problems.add(usage + ".  No request is specified");
    } else if (ResourceList.isMore(bound, request)) {
      problems.add(usage + ", but request is " + request);
    } else if (limited != null && ResourceList.isMore(bound, limited)) {
      problems.add(usage + ", but limit is " + limited);
    }
  }

  private void max(String name, String bound, @Nullable String request, @Nullable String limited) {
    String usage = usage("maximum", name, bound);
    if (limited == null) {
      problems.add(usage + ".  No limit is specified");
    } else if (ResourceList.isMore(limited, bound)) {
      problems.add(usage + ", but limit is " + limited);
    } else if (request != null && ResourceList.isMore(request, bound)) {
      problems.add(usage + ", but request is " + request);
    }
  }

  private void ratio(
      String name, String bound, @Nullable String request, @Nullable String limited) {
    String ratio = name + " max limit to request ratio per " + type + " is " + bound;
    if (request == null || isZero(request)) {
      problems.add(ratio + ", but no request is specified or request is 0");
    } else if (limited == null || isZero(limited)) {
      problems.add(ratio + ", but no limit is specified or limit is 0");
    } else {
      BigDecimal provided =
          Quantity.value(limited).divide(Quantity.value(request), MathContext.DECIMAL64);
      if (provided.compareTo(Quantity.value(bound)) > 0) {
        problems.add(ratio + String.format(Locale.ROOT, ", but provided ratio is %.6f", provided));
      }
    }
  }

  private static boolean isZero(String quantity) {
    return Quantity.value(quantity).signum() == 0;
  }
}
