package io.usher.benchmarks.hostile;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Shapes of bodies, each of a megabyte or more, that cost most of whoever parses them. */
final class Bodies {

  private static final int MEGABYTE = 1 << 20;

  private Bodies() {}

  static Map<String, String> all() {
    var shapes = new LinkedHashMap<String, String>();
    shapes.put("an array of {}", Reviews.review("[" + "{},".repeat(MEGABYTE) + "{}]"));
    shapes.put("an array of []", Reviews.review("[" + "[],".repeat(MEGABYTE) + "[]]"));
    shapes.put("an array of 0", Reviews.review("[" + "0,".repeat(MEGABYTE) + "0]"));
    shapes.put("an object of 100,000 names", Reviews.review(names(100_000, "0")));
    shapes.put(
        "nested as deep as it goes",
        Reviews.review("{\"a\":".repeat(MEGABYTE / 4) + "0" + "}".repeat(MEGABYTE / 4)));
    shapes.put(
        "one string of 4 MB", Reviews.review("{\"a\":\"" + "a".repeat(4 * MEGABYTE) + "\"}"));
    shapes.put("escapes", Reviews.review("{\"a\":\"" + "\\u0041".repeat(MEGABYTE) + "\"}"));
    shapes.put("one long number", Reviews.review("{\"a\":1" + "0".repeat(MEGABYTE) + "}"));
    shapes.put("an exponent", Reviews.review("{\"a\":1e9999999999}"));
    shapes.put(
        "one name many times", Reviews.review("{" + "\"a\":0,".repeat(MEGABYTE) + "\"a\":0}"));
    shapes.put("white space", Reviews.review(" ".repeat(7 * MEGABYTE) + "{}"));
    shapes.put("no end", Reviews.good().substring(0, 300));
    return shapes;
  }

  /** A Pod that takes a typed rule longer than most. */
  static String labels(int count) {
    return Reviews.review(
        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"web\",\"labels\":"
            + names(count, "\"\"")
            + "}}");
  }

  private static String names(int count, String value) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"n" + i + "\":" + value)
        .collect(Collectors.joining(",", "{", "}"));
  }
}
