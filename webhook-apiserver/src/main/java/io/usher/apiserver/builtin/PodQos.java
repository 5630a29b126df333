package io.usher.apiserver.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.apiserver.schema.Quantity;
import java.util.List;

/** The {@code qosClass} of Pods. */
final class PodQos {

  private static final List<String> COMPUTE = List.of("cpu", "memory");

  private PodQos() {}

  static String of(JsonNode spec) {
    boolean nothing = true;
    boolean guaranteed = true;
    for (String list : List.of("containers", "initContainers")) {
      for (JsonNode container : spec.path(list)) {
        JsonNode limits = container.at("/resources/limits");
        JsonNode requests = container.at("/resources/requests");
        for (String resource : COMPUTE) {
          boolean limited = isPositive(limits.path(resource));
          nothing &= !limited && !isPositive(requests.path(resource));
          guaranteed &= limited && same(limits.path(resource), requests.path(resource));
        }
      }
    }
    return nothing ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
  }

  private static boolean isPositive(JsonNode quantity) {
    return quantity.isTextual() && Quantity.value(quantity.textValue()).signum() > 0;
  }

  private static boolean same(JsonNode limit, JsonNode request) {
    return !request.isTextual()
        || Quantity.value(limit.textValue()).compareTo(Quantity.value(request.textValue())) == 0;
  }
}
