package io.usher.cel;

import java.util.List;
import java.util.Map;

/** What calls cost when they run, in the numbers of Kubernetes and cel-go. */
final class CallCosts {

  private static final double TRAVERSAL = 0.1;
  private static final double REGEX = 0.25;
  private static final long CHECK = 350_000;
  private static final long LIST = 10;
  private static final long REQUIREMENT = 50;

  private CallCosts() {}

  static long of(String function, String overload, Object[] values, Object result) {
    switch (overload) {
      case "list_slice", "lists_range", "list_reverse":
        return allocating(1, size(result));
      case "list_flatten":
        return allocating(1, size(values[0]));
      case "list_flatten_int":
        return allocating(values[1] instanceof Long depth ? depth : 1, size(values[0]));
      case "list_distinct":
        return selfCompared(values[0]);
      case "list_sets_contains_list", "list_sets_intersects_list":
        return 1 + size(values[0]) * size(values[1]);
      case "list_sets_equivalent_list":
        return 1 + 2 * size(values[0]) * size(values[1]);
      default:
        if (overload.endsWith("_sort")) {
          return selfCompared(values[0]);
        }
        if (overload.endsWith("_sortByAssociatedKeys")) {
          return selfCompared(values[1]);
        }
    }
    return switch (function) {
      case "check" -> CHECK;
      case "serviceAccount",
          "path",
          "group",
          "resource",
          "subresource",
          "namespace",
          "name",
          "allowed",
          "reason",
          "error",
          "errored",
          "masked",
          "prefixLength",
          "family",
          "isUnspecified",
          "isLoopback",
          "isLinkLocalMulticast",
          "isLinkLocalUnicast",
          "isGlobalUnicast",
          "format.named",
          "sign",
          "asInteger",
          "isInteger",
          "asApproximateFloat",
          "isGreaterThan",
          "isLessThan",
          "compareTo",
          "add",
          "sub",
          "major",
          "minor",
          "patch",
          "getScheme",
          "getHostname",
          "getHost",
          "getPort",
          "getEscapedPath",
          "getQuery" ->
          1;
      case "fieldSelector", "labelSelector" -> {
        long length = size(values[1]);
        yield LIST + up(length * TRAVERSAL) + up(up(length * 0.5) * (double) REQUIREMENT);
      }
      case "isSorted", "sum", "max", "min", "indexOf", "lastIndexOf" -> traversal(values[0]);
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
          up(size(values[0]) * TRAVERSAL);
      case "replace", "split", "ip.isCanonical" -> up(size(values[0]) * 2 * TRAVERSAL);
      case "join" -> up(size(result) * 2 * TRAVERSAL);
      case "find", "findAll" -> regex(size(values[0]), size(values[1]));
      case "ip" -> overload.equals("cidr_ip") ? 1 : up(size(values[0]) * TRAVERSAL);
      case "containsIP" ->
          up(2 * size(values[0]) * TRAVERSAL)
              + (overload.equals("cidr_contains_ip_string") ? up(size(values[1]) * TRAVERSAL) : 0);
      case "containsCIDR" ->
          up(2 * size(values[0]) * TRAVERSAL)
              + up(size(values[0]) * TRAVERSAL)
              + 1
              + (overload.equals("cidr_contains_cidr_string")
                  ? up(size(values[1]) * TRAVERSAL)
                  : 0);
      case "validate" ->
          values[0] instanceof FormatFunctions.Format format
              ? regex(size(values[1]), format.regexSize())
              : 1;
      case "_==_" -> values[0] instanceof Values.Opaque ? 1 : compared(values);
      case "_!=_" -> compared(values);
      default -> standard(overload, values);
    };
  }

  private static long standard(String overload, Object[] values) {
    return switch (overload) {
      case "starts_with_string",
          "ends_with_string",
          "string_to_bytes",
          "bytes_to_string",
          "strings_quote",
          "string_format" ->
          up(sizeOrOptional(values[0]) * TRAVERSAL);
      case "in_list" -> sizeOrOptional(values[1]);
      case "less_string",
          "less_equals_string",
          "greater_string",
          "greater_equals_string",
          "less_bytes",
          "less_equals_bytes",
          "greater_bytes",
          "greater_equals_bytes" ->
          compared(values);
      case "add_string", "add_bytes" ->
          up((sizeOrOptional(values[0]) + sizeOrOptional(values[1])) * TRAVERSAL);
      case "matches_string" -> regex(sizeOrOptional(values[0]), sizeOrOptional(values[1]));
      case "contains_string" ->
          up(sizeOrOptional(values[0]) * TRAVERSAL) * up(sizeOrOptional(values[1]) * TRAVERSAL);
      default -> 1;
    };
  }

  private static long compared(Object[] values) {
    return up(Math.min(sizeOrOptional(values[0]), sizeOrOptional(values[1])) * TRAVERSAL);
  }

  private static long regex(long text, long pattern) {
    return up((1 + text) * TRAVERSAL) * up(pattern * REGEX);
  }

  private static long allocating(double factor, long size) {
    return (long) (size * factor) + 1 + LIST;
  }

  private static long selfCompared(Object value) {
    long size = size(value);
    boolean texts = value instanceof List<?> list && size > 0 && ListFunctions.isText(list.get(0));
    return allocating(texts ? 2 + TRAVERSAL : 2, size * size);
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
  private static long traversal(Object value) {
    if (value instanceof String text) {
      return (long) (Values.utf8Length(text) * TRAVERSAL);
    }
    if (value instanceof dev.cel.common.values.CelByteString bytes) {
      return (long) (bytes.size() * TRAVERSAL);
    }
    if (value instanceof List<?> list) {

      long cost = 0;
      for (Object each : list) {
        cost += traversal(each);
      }
      return cost;
    }
    if (value instanceof Map<?, ?> map) {

      long cost = 0;
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        cost += traversal(entry.getKey()) + traversal(entry.getValue());
      }
      return cost;
    }
    return 1;
  }
}
