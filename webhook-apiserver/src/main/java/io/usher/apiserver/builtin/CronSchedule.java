package io.usher.apiserver.builtin;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The form of a CronJob's schedule: that of {@code robfig/cron} version 3, which kube-apiserver
 * uses, with its texts.
 */
final class CronSchedule {

  private static final List<String> DESCRIPTORS =
      List.of("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly");
  private static final String EVERY = "@every ";
  private static final Pattern DURATION =
      Pattern.compile("[-+]?(?:0|(?:(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:ns|us|µs|ms|s|m|h))+)");
  // longer ones cost time, and say nothing more
  private static final int MAX_DURATION = 128;
  private static final Pattern NUMBER = Pattern.compile("[-+]?\\d{1,9}");

  /** What a field may hold. */
  private record Bounds(int min, int max, Map<String, Integer> names) {}

  private static final List<Bounds> FIELDS =
      List.of(
          new Bounds(0, 59, Map.of()),
          new Bounds(0, 23, Map.of()),
          new Bounds(1, 31, Map.of()),
          new Bounds(1, 12, named(1, "jan feb mar apr may jun jul aug sep oct nov dec")),
          new Bounds(0, 6, named(0, "sun mon tue wed thu fri sat")));

  private CronSchedule() {}

  private static Map<String, Integer> named(int first, String names) {
    List<String> list = List.of(names.split(" "));
    return IntStream.range(0, list.size())
        .boxed()
        .collect(Collectors.toMap(list::get, i -> i + first));
  }

  /** What is wrong with a schedule, or an empty text. */
  static String problem(String schedule) {
    try {
      check(withoutZone(schedule));
      return "";
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String withoutZone(String schedule) {
    boolean zoned = schedule.startsWith("TZ=") || schedule.startsWith("CRON_TZ=");
    int space = schedule.indexOf(' ');
    return zoned && space > 0 ? schedule.substring(space).strip() : schedule;
  }

  private static void check(String schedule) {
    if (schedule.startsWith("@")) {
      descriptor(schedule);
      return;
    }
    List<String> fields = List.of(schedule.strip().split("\\s+"));
    if (fields.size() != FIELDS.size()) {
      throw new IllegalArgumentException(
          "expected exactly 5 fields, found "
              + fields.size()
              + ": ["
              + String.join(" ", fields)
              + ']');
    }
    for (int i = 0; i < FIELDS.size(); i++) {
      for (String range : fields.get(i).split(",")) {
        range(range, FIELDS.get(i));
      }
    }
  }

  private static void descriptor(String schedule) {
    if (schedule.startsWith(EVERY)) {
      String duration = schedule.substring(EVERY.length());
      if (duration.length() > MAX_DURATION || !DURATION.matcher(duration).matches()) {
        throw new IllegalArgumentException(
            "failed to parse duration "
                + schedule
                + ": time: invalid duration \""
                + duration
                + '"');
      }
    } else if (!DESCRIPTORS.contains(schedule)) {
      throw new IllegalArgumentException("unrecognized descriptor: " + schedule);
    }
  }

  private static void range(String text, Bounds bounds) {
    String[] rangeAndStep = text.split("/", -1);
    String[] lowAndHigh = rangeAndStep[0].split("-", -1);
    boolean any = lowAndHigh[0].equals("*") || lowAndHigh[0].equals("?");
    if (!any && lowAndHigh.length > 2) {
      throw new IllegalArgumentException("too many hyphens: " + text);
    }
    int start = any ? bounds.min : number(lowAndHigh[0], bounds.names);
    int end = any ? bounds.max : start;
    if (!any && lowAndHigh.length == 2) {
      end = number(lowAndHigh[1], bounds.names);
    }
    if (rangeAndStep.length > 2) {
      throw new IllegalArgumentException("too many slashes: " + text);
    }
    int step = 1;
    if (rangeAndStep.length == 2) {
      step = number(rangeAndStep[1], Map.of());
      end = lowAndHigh.length == 1 ? bounds.max : end;
    }
    String values = "";
    if (start < bounds.min) {
      values = "beginning of range (" + start + ") below minimum (" + bounds.min + ')';
    } else if (end > bounds.max) {
      values = "end of range (" + end + ") above maximum (" + bounds.max + ')';
    } else if (start > end) {
      values = "beginning of range (" + start + ") beyond end of range (" + end + ')';
    } else if (step == 0) {
      values = "step of range should be a positive number";
    }
    if (!values.isEmpty()) {
      throw new IllegalArgumentException(values + ": " + text);
    }
  }

  private static int number(String text, Map<String, Integer> names) {
    Integer named = names.get(text.toLowerCase(Locale.ROOT));
    if (named != null) {
      return named;
    }
    if (!NUMBER.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "failed to parse int from "
              + text
              + ": strconv.Atoi: parsing \""
              + text
              + "\": invalid syntax");
    }
    int number = Integer.parseInt(text);
    if (number < 0) {
      throw new IllegalArgumentException("negative number (" + number + ") not allowed: " + text);
    }
    return number;
  }
}
