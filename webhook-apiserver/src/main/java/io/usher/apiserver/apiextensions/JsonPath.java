package io.usher.apiserver.apiextensions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A path of the JSONPath that printer columns have: {@code .spec.name}, {@code .a['b.c']}, {@code
 * .list[0]}, {@code .list[*].name} and {@code .conditions[?(@.type=="Ready")].status}. Immutable.
 */
final class JsonPath {

  private static final Pattern STEP =
      Pattern.compile(
          "\\.(\\*)|\\.((?:[^.\\[\\\\]|\\\\.)+)|\\[(\\*)\\]|\\[(-?[0-9]{1,9})\\]"
              + "|\\['([^']*)'\\]|\\[\"([^\"]*)\"\\]|\\[\\?\\(([^\\]]*)\\)\\]");

  private static final Pattern FILTER =
      Pattern.compile("\\s*@((?:\\.[^.\\s=!<>\\[]+)+)\\s*(?:(==|!=|<=|>=|<|>)\\s*(.*?)\\s*)?");

  private final List<Function<JsonNode, Stream<JsonNode>>> steps;

  private JsonPath(List<Function<JsonNode, Stream<JsonNode>>> steps) {
    this.steps = steps;
  }

  /**
   * Reads a path.
   *
   * @throws IllegalArgumentException when it is none of these
   */
  static JsonPath parse(String path) {
    var steps = new ArrayList<Function<JsonNode, Stream<JsonNode>>>();
    Matcher step = STEP.matcher(path);
    for (int end = 0; end < path.length() && !path.equals("."); end = step.end()) {
      if (!step.find(end) || step.start() != end) {
        throw new IllegalArgumentException("unrecognized path " + path.substring(end));
      }
      steps.add(step(step));
    }
    return new JsonPath(steps);
  }

  private static Function<JsonNode, Stream<JsonNode>> step(Matcher step) {
    if (step.group(1) != null || step.group(3) != null) {
      return JsonPath::children;
    }
    if (step.group(2) != null) {
      return member(step.group(2).replaceAll("\\\\(.)", "$1"));
    }
    if (step.group(4) != null) {
      int index = Integer.parseInt(step.group(4));
      return node -> present(node.path(index < 0 ? node.size() + index : index));
    }
    if (step.group(7) != null) {
      return filter(step.group(7));
    }
    return member(step.group(5) == null ? step.group(6) : step.group(5));
  }

  private static Function<JsonNode, Stream<JsonNode>> member(String name) {
    return node -> present(node.path(name));
  }

  private static Stream<JsonNode> present(JsonNode node) {
    return node.isMissingNode() ? Stream.empty() : Stream.of(node);
  }

  private static Stream<JsonNode> children(JsonNode node) {
    var children = new ArrayList<JsonNode>(node.size());
    node.forEach(children::add);
    return children.stream();
  }

  private static Function<JsonNode, Stream<JsonNode>> filter(String text) {
    Matcher filter = FILTER.matcher(text);
    if (!filter.matches()) {
      throw new IllegalArgumentException("unrecognized filter " + text);
    }
    String pointer = filter.group(1).replace('.', '/');
    if (filter.group(2) == null) {
      return node -> children(node).filter(each -> !each.at(pointer).isMissingNode());
    }
    JsonNode wanted = literal(filter.group(3));
    BiPredicate<JsonNode, JsonNode> comparison = comparison(filter.group(2));
    return node ->
        children(node)
            .filter(
                each ->
                    !each.at(pointer).isMissingNode() && comparison.test(each.at(pointer), wanted));
  }

  private static JsonNode literal(String text) {
    boolean quoted = text.length() > 1 && (text.startsWith("\"") || text.startsWith("'"));
    return TextNode.valueOf(quoted ? text.substring(1, text.length() - 1) : text);
  }

  private static BiPredicate<JsonNode, JsonNode> comparison(String operator) {
    return switch (operator) {
      case "==" -> (one, other) -> one.asText().equals(other.asText());
      case "!=" -> (one, other) -> !one.asText().equals(other.asText());
      case "<" -> (one, other) -> one.asDouble() < other.asDouble();
      case "<=" -> (one, other) -> one.asDouble() <= other.asDouble();
      case ">" -> (one, other) -> one.asDouble() > other.asDouble();
      default -> (one, other) -> one.asDouble() >= other.asDouble();
    };
  }

  /** What the path leads to, in order. */
  List<JsonNode> find(JsonNode root) {
    Stream<JsonNode> found = Stream.of(root);
    for (Function<JsonNode, Stream<JsonNode>> step : steps) {
      found = found.flatMap(step);
    }
    return found.toList();
  }
}
