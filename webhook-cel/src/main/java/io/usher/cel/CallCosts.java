package io.usher.cel;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What calls cost when they run, in the numbers of Kubernetes and cel-go. */
final class CallCosts {

  private static final double TWO_TO_63 = 0x1p63;

  private CallCosts() {}

  /** What a call costs by its arguments, and what it costs by its result. */
  @FunctionalInterface
  interface CallCost {

    /** The cost that is known before the call. */
    long before(Object[] values, Meter meter);

    /** The cost that is known after it. */
    default long after(Object result) {
      return 0;
    }
  }

  @FunctionalInterface
  private interface ByResult extends CallCost {

    @Override
    default long before(Object[] values, Meter meter) {
      return 0;
    }

    @Override
    long after(Object result);
  }

  /** The cost of a function; of an overload, where it is known which is called. */
  static CallCost of(String function, String overload) {
    CallCost cost = ofOverload(overload);
    if (cost == null) {
      cost = Prices.OF_ONE.contains(function) ? (v, m) -> 1 : ofFunction(function, overload);
    }
    return cost == null ? standard(overload) : cost;
  }

  private static @Nullable CallCost ofOverload(String overload) {
    return switch (overload) {
      case "list_slice", "list_reverse" -> (ByResult) r -> allocating(1, size(r));
      case "lists_range" ->
          (v, m) -> allocating(1, v[0] instanceof Long end ? Math.max(0, end) : 1);
      case "list_flatten" -> (v, m) -> allocating(1, size(v[0]));
      case "list_flatten_int" ->
          (v, m) -> allocating(v[1] instanceof Long depth ? depth : 1, size(v[0]));
      case "list_distinct" -> (v, m) -> selfCompared(v[0]);
      case "list_sets_contains_list", "list_sets_intersects_list" ->
          (v, m) -> 1 + size(v[0]) * size(v[1]);
      case "list_sets_equivalent_list" -> (v, m) -> 1 + 2 * size(v[0]) * size(v[1]);
      default ->
          overload.endsWith("_sort")
              ? (v, m) -> selfCompared(v[0])
              : overload.endsWith("_sortByAssociatedKeys") ? (v, m) -> selfCompared(v[1]) : null;
    };
  }

  private static @Nullable CallCost ofFunction(String function, String overload) {
    return switch (function) {
      case "check" -> (v, m) -> Prices.CHECK;
      case "fieldSelector", "labelSelector" ->
          (v, m) -> {
            long length = size(v[1]);
            return Prices.LIST
                + up(length * Prices.TRAVERSAL)
                + up(up(length * 0.5) * (double) Prices.REQUIREMENT);
          };
      case "isSorted", "sum", "max", "min", "indexOf", "lastIndexOf" ->
          (v, m) -> traversal(v[0], m);
      case "url",
          "lowerAscii",
          "upperAscii",
          "substring",
          "trim",
          "jsonpatch.escapeKey",
          "cidr",
          "isIP",
          "isCIDR",
          "quantity",
          "isQuantity",
          "semver",
          "isSemver" ->
          (v, m) -> up(size(v[0]) * Prices.TRAVERSAL);
      case "replace", "split", "ip.isCanonical" -> (v, m) -> up(size(v[0]) * 2 * Prices.TRAVERSAL);
      case "join" -> (ByResult) r -> up(size(r) * 2 * Prices.TRAVERSAL);
      case "find", "findAll" -> (v, m) -> regex(size(v[0]), size(v[1]));
      case "ip" ->
          overload.equals("cidr_ip") ? (v, m) -> 1 : (v, m) -> up(size(v[0]) * Prices.TRAVERSAL);
      case "containsIP" -> {
        boolean parses = overload.equals("cidr_contains_ip_string");
        yield (v, m) -> up(2 * size(v[0]) * Prices.TRAVERSAL) + (parses ? parsed(v[1]) : 0);
      }
      case "containsCIDR" -> {
        boolean parses = overload.equals("cidr_contains_cidr_string");
        yield (v, m) ->
            up(2 * size(v[0]) * Prices.TRAVERSAL)
                + up(size(v[0]) * Prices.TRAVERSAL)
                + 1
                + (parses ? parsed(v[1]) : 0);
      }
      case "validate" ->
          (v, m) ->
              v[0] instanceof FormatFunctions.Format format
                  ? regex(size(v[1]), format.regexSize())
                  : 1;
      case "_==_" -> (v, m) -> v[0] instanceof Values.Opaque ? 1 : compared(v);
      case "_!=_" -> (v, m) -> compared(v);
      default -> null;
    };
  }

  private static CallCost standard(String overload) {
    return switch (overload) {
      case "starts_with_string",
          "ends_with_string",
          "string_to_bytes",
          "bytes_to_string",
          "strings_quote",
          "string_format" ->
          (v, m) -> up(sizeOrOptional(v[0]) * Prices.TRAVERSAL);
      case "in_list" -> (v, m) -> sizeOrOptional(v[1]);
      case "less_string",
          "less_equals_string",
          "greater_string",
          "greater_equals_string",
          "less_bytes",
          "less_equals_bytes",
          "greater_bytes",
          "greater_equals_bytes" ->
          (v, m) -> compared(v);
      case "add_string", "add_bytes" ->
          (v, m) -> up((sizeOrOptional(v[0]) + sizeOrOptional(v[1])) * Prices.TRAVERSAL);
      case "matches_string" -> (v, m) -> regex(sizeOrOptional(v[0]), sizeOrOptional(v[1]));
      case "contains_string" ->
          (v, m) ->
              up(sizeOrOptional(v[0]) * Prices.TRAVERSAL)
                  * up(sizeOrOptional(v[1]) * Prices.TRAVERSAL);
      default -> (v, m) -> 1;
    };
  }

  private static long parsed(Object text) {
    return up(size(text) * Prices.TRAVERSAL);
  }

  private static long compared(Object[] values) {
    return up(Math.min(sizeOrOptional(values[0]), sizeOrOptional(values[1])) * Prices.TRAVERSAL);
  }

  private static long regex(long text, long pattern) {
    return up((1 + text) * Prices.TRAVERSAL) * up(pattern * Prices.REGEX);
  }

  /** Without a sign: what is below zero is very much, as in cel-go. */
  private static long allocating(double factor, long size) {
    double places = size * factor;
    long whole = places < TWO_TO_63 ? (long) places : Long.MIN_VALUE;
    return whole + 1 + Prices.LIST;
  }

  private static long selfCompared(Object value) {
    long size = size(value);
    boolean texts = value instanceof List<?> list && size > 0 && ListFunctions.isText(list.get(0));
    return allocating(texts ? 2 + Prices.TRAVERSAL : 2, size * size);
  }

  private static long up(double cost) {
    return (long) Math.ceil(cost);
  }

  private static long size(Object value) {
    return Values.size(value);
  }

  private static long sizeOrOptional(Object value) {
    return value instanceof java.util.Optional<?> optional && optional.isPresent()
        ? sizeOrOptional(optional.get())
        : size(value);
  }

  /** Of a value and all in it, by bytes. */
  private static long traversal(Object value, Meter meter) {
    meter.step();
    if (value instanceof String text) {
      return (long) (Values.utf8Length(text) * Prices.TRAVERSAL);
    }
    if (value instanceof dev.cel.common.values.CelByteString bytes) {
      return (long) (bytes.size() * Prices.TRAVERSAL);
    }
    if (value instanceof List<?> list) {

      long cost = 0;
      for (Object each : list) {
        cost += traversal(each, meter);
      }
      return cost;
    }
    if (value instanceof Map<?, ?> map) {

      long cost = 0;
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        cost += traversal(entry.getKey(), meter) + traversal(entry.getValue(), meter);
      }
      return cost;
    }
    return 1;
  }
}
