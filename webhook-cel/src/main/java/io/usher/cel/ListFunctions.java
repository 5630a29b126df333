package io.usher.cel;

import com.google.common.primitives.UnsignedLong;
import dev.cel.common.values.CelByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Functions of lists: Kubernetes' own, CEL's extensions for lists and for sets. */
final class ListFunctions {

  private static final List<String> ORDERED =
      List.of("int", "uint", "double", "bool", "duration", "timestamp", "string", "bytes");

  private static final int BYTES_OF_AN_ENTRY = 8;

  private ListFunctions() {}

  /** A type as cel-go's names of overloads of CEL's extension have it. */
  private static String longName(String type) {
    return switch (type) {
      case "duration" -> "google.protobuf.Duration";
      case "timestamp" -> "google.protobuf.Timestamp";
      default -> type;
    };
  }

  static void addTo(Library library) {
    for (String type : ORDERED) {
      String list = "list<" + type + ">";
      library
          .add(
              "list_%s_is_sorted_bool .isSorted %s bool".formatted(type, list),
              (a, m) -> isSorted(list(a[0]), m))
          .add(
              "list_%1$s_max_%1$s .max %2$s %1$s".formatted(type, list),
              (a, m) -> extreme("max", list(a[0]), -1, m))
          .add(
              "list_%1$s_min_%1$s .min %2$s %1$s".formatted(type, list),
              (a, m) -> extreme("min", list(a[0]), 1, m))
          .add(
              "list_%s_sort .sort %2$s %2$s".formatted(longName(type), list),
              (a, m) -> sorted(list(a[0]), list(a[0]), m))
          .add(
              "list_%s_sortByAssociatedKeys .@sortByAssociatedKeys list<T>,%s list<T>"
                  .formatted(longName(type), list),
              (a, m) -> sorted(list(a[0]), list(a[1]), m));
    }
    sums(library, "int", 0L);
    sums(library, "uint", UnsignedLong.ZERO);
    sums(library, "double", 0.0);
    sums(library, "duration", Duration.ZERO);
    library
        .add("list_a_index_of_int .indexOf list<T>,T int", (a, m) -> indexOf(list(a[0]), a[1], m))
        .add(
            "list_a_last_index_of_int .lastIndexOf list<T>,T int",
            (a, m) -> lastIndexOf(list(a[0]), a[1], m))
        .add(
            "list_slice .slice list<T>,int,int list<T>",
            (a, m) -> slice(list(a[0]), (Long) a[1], (Long) a[2], m))
        .add("list_flatten .flatten list<list<T>> list<T>", (a, m) -> flatten(list(a[0]), 1, m))
        .add(
            "list_flatten_int .flatten list<dyn>,int list<dyn>",
            (a, m) -> flatten(list(a[0]), (Long) a[1], m))
        .add("lists_range lists.range int list<int>", (a, m) -> range((Long) a[0], m))
        .add(
            "list_reverse .reverse list<T> list<T>",
            (a, m) -> com.google.common.collect.Lists.reverse(list(a[0])))
        .add("list_distinct .distinct list<T> list<T>", (a, m) -> distinct(list(a[0]), m))
        .add(
            "list_sets_contains_list sets.contains list<T>,list<T> bool",
            (a, m) -> containsAll(list(a[0]), list(a[1]), m))
        .add(
            "list_sets_equivalent_list sets.equivalent list<T>,list<T> bool",
            (a, m) ->
                containsAll(list(a[0]), list(a[1]), m) && containsAll(list(a[1]), list(a[0]), m))
        .add(
            "list_sets_intersects_list sets.intersects list<T>,list<T> bool",
            (a, m) -> list(a[0]).stream().anyMatch(each -> Values.contains(list(a[1]), each, m)));
  }

  private static void sums(Library library, String type, Object zero) {
    library.add(
        "list_%1$s_sum_%1$s .sum list<%1$s> %1$s".formatted(type),
        (a, m) -> sum(zero, list(a[0]), m));
  }

  private static List<?> list(Object value) {
    return (List<?>) value;
  }

  private static Object sum(Object zero, List<?> list, Meter meter) {
    Object sum = zero;
    for (Object each : list) {
      meter.step();
      sum = OperatorFunctions.add(sum, each, meter);
      if (sum instanceof Fault) {
        return sum;
      }
    }
    return sum;
  }

  private static Object isSorted(List<?> list, Meter meter) {
    Object last = null;
    for (Object each : list) {
      meter.step();
      if (!Values.isOrdered(each)) {
        return Fault.NO_OVERLOAD;
      }
      if (last != null && Values.order(last, each) instanceof Long order && order > 0) {
        return false;
      }
      last = each;
    }
    return true;
  }

  private static Object extreme(String name, List<?> list, long replaces, Meter meter) {
    Object found = null;
    for (Object each : list) {
      meter.step();
      if (!Values.isOrdered(each)) {
        return Fault.NO_OVERLOAD;
      }
      if (found == null || Values.order(found, each) instanceof Long order && order == replaces) {
        found = each;
      }
    }
    return found == null ? new Fault(name + " called on empty list") : found;
  }

  private static Object indexOf(List<?> list, Object wanted, Meter meter) {
    for (int i = 0; i < list.size(); i++) {
      meter.step();
      if (Values.same(list.get(i), wanted, meter)) {
        return (long) i;
      }
    }
    return -1L;
  }

  private static Object lastIndexOf(List<?> list, Object wanted, Meter meter) {
    for (int i = list.size() - 1; i >= 0; i--) {
      meter.step();
      if (Values.same(list.get(i), wanted, meter)) {
        return (long) i;
      }
    }
    return -1L;
  }

  private static Object slice(List<?> list, long start, long end, Meter meter) {
    String call = "cannot slice(" + start + ", " + end + "), ";
    if (start < 0 || end < 0) {
      return new Fault(call + "negative indexes not supported");
    }
    if (start > end) {
      return new Fault(call + "start index must be less than or equal to end index");
    }
    if (list.size() < end) {
      return new Fault(call + "list is length " + list.size());
    }
    meter.made(BYTES_OF_AN_ENTRY * (end - start));
    return new ArrayList<Object>(list.subList((int) start, (int) end));
  }

  /** Of what is only when it runs known to be a list, perhaps of no lists. */
  static Object flatten(Object[] values, Meter meter) {
    if (values[0] instanceof List<?> list && (values.length == 1 || values[1] instanceof Long)) {
      return flatten(list, values.length == 1 ? 1 : (Long) values[1], meter);
    }
    return new Fault(
        "no such overload: "
            + Values.typeName(values[0])
            + ".flatten("
            + (values.length == 1 ? "" : Values.typeName(values[1]))
            + ")");
  }

  private static Object flatten(List<?> list, long depth, Meter meter) {
    if (depth < 0) {
      return new Fault("level must be non-negative");
    }
    var flat = new ArrayList<Object>();
    for (Object each : list) {
      meter.step();
      if (each instanceof List<?> nested && depth > 0) {
        flat.addAll((List<?>) flatten(nested, depth - 1, meter));
      } else {
        flat.add(each);
      }
    }
    meter.made((long) BYTES_OF_AN_ENTRY * flat.size());
    return flat;
  }

  private static Object range(long end, Meter meter) {
    var range = new ArrayList<Object>();
    for (long i = 0; i < end; i++) {
      meter.step();
      meter.made(3L * BYTES_OF_AN_ENTRY);
      range.add(i);
    }
    return range;
  }

  private static Object distinct(List<?> list, Meter meter) {
    var distinct = new ArrayList<Object>();
    for (Object each : list) {
      if (!Values.contains(distinct, each, meter)) {
        distinct.add(each);
      }
    }
    meter.made((long) BYTES_OF_AN_ENTRY * distinct.size());
    return distinct;
  }

  private static boolean containsAll(List<?> list, List<?> wanted, Meter meter) {
    for (Object each : wanted) {
      if (!Values.contains(list, each, meter)) {
        return false;
      }
    }
    return true;
  }

  private static Object sorted(List<?> list, List<?> keys, Meter meter) {
    if (list.size() != keys.size()) {
      return new Fault(
          "@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but"
              + " got "
              + list.size()
              + " and "
              + keys.size()
              + " elements respectively");
    }
    if (list.isEmpty()) {
      return list;
    }
    if (!Values.isOrdered(keys.get(0))) {
      return new Fault("list elements must be comparable");
    }
    String type = Values.typeName(keys.get(0));
    if (keys.stream().anyMatch(key -> !Values.typeName(key).equals(type))) {
      return new Fault("list elements must have the same type");
    }
    record Pair(Object key, Object value) {}
    var pairs = new ArrayList<Pair>();
    for (int i = 0; i < keys.size(); i++) {
      pairs.add(new Pair(keys.get(i), list.get(i)));
    }
    meter.made((long) 2 * BYTES_OF_AN_ENTRY * pairs.size());
    pairs.sort(
        (left, right) -> {
          meter.step();
          return Values.order(left.key(), right.key()) instanceof Long order
              ? (int) (long) order
              : 0;
        });
    return new ArrayList<Object>(pairs.stream().map(Pair::value).toList());
  }

  static boolean isText(Object value) {
    return value instanceof String || value instanceof CelByteString;
  }
}
