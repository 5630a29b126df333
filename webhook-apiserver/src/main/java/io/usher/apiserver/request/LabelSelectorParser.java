package io.usher.apiserver.request;

import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.ObjectNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code labelSelector}, with the messages of k8s.io/apimachinery's {@code labels.Parse}. For
 * one text.
 */
final class LabelSelectorParser {

  private static final String SYMBOLS = "=!(),><";
  private static final Set<String> TOKENS = Set.of(")", ",", "!", "==", "=", ">", "<", "!=", "(");
  private static final Set<String> OPERATORS = Set.of("in", "notin", "=", "==", "!=", ">", "<");
  private static final String OPERATOR_NAMES = "in, notin, =, ==, !=, gt, lt";

  /** No label has it, as it is no value of one. */
  private static final String ABSENT = "\0";

  private static final String BLANKS = " \t\r\n";

  private final String text;
  private int at;
  private Token next;

  /**
   * @param literal as it is written; empty at the end
   * @param word whether it is a name or a value
   */
  private record Token(String literal, boolean word) {
    boolean is(String symbol) {
      return !word && literal.equals(symbol);
    }

    boolean isEnd() {
      return is("");
    }
  }

  private LabelSelectorParser(String text) {
    this.text = text;
    this.next = scan();
  }

  /**
   * The terms that all must hold, none for the empty text.
   *
   * @throws IllegalArgumentException naming the problem
   */
  static List<Predicate<Map<String, String>>> parse(String text) {
    return new LabelSelectorParser(text).terms();
  }

  private List<Predicate<Map<String, String>>> terms() {
    var terms = new ArrayList<Predicate<Map<String, String>>>();
    while (!next.isEnd()) {
      if (!begins()) {
        throw found(next, ", expected: !, identifier, or 'end of string'");
      }
      try {
        terms.add(term());
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("unable to parse requirement: " + e.getMessage(), e);
      }
      Token after = take();
      if (after.isEnd()) {
        break;
      }
      if (!after.is(",")) {
        throw found(after, ", expected: ',' or 'end of string'");
      }
      if (!begins()) {
        throw found(next, ", expected: identifier after ','");
      }
    }
    return terms;
  }

  private boolean begins() {
    return next.word() || next.is("!");
  }

  private Predicate<Map<String, String>> term() {
    boolean absent = next.is("!");
    if (absent) {
      take();
    }
    Token key = take();
    if (!key.word()) {
      throw found(key, ", expected: identifier");
    }
    String name = key.literal();
    requireValid("<nil>", name, ObjectNames.qualifiedNameProblems(name));
    if (absent) {
      return labels -> !labels.containsKey(name);
    }
    if (next.isEnd() || next.is(",")) {
      return labels -> labels.containsKey(name);
    }
    Token operator = take();
    if (!OPERATORS.contains(operator.literal())) {
      throw found(operator, ", expected: " + OPERATOR_NAMES);
    }
    boolean set = operator.word();
    Set<String> values = set ? values() : Set.of(value());
    boolean number = operator.is(">") || operator.is("<");
    int index = 0;
    for (String value : values) {
      String path = "values[" + index++ + ']';
      if (number && !isLong(value)) {
        throw invalid(path, value, "for 'Gt', 'Lt' operators, the value must be an integer");
      }
      requireValid(path + '[' + name + ']', value, ObjectNames.labelValueProblems(value));
    }
    return switch (operator.literal()) {
      case "!=", "notin" -> labels -> !values.contains(labels.getOrDefault(name, ABSENT));
      case ">" -> labels -> compare(labels.get(name), values) > 0;
      case "<" -> labels -> compare(labels.get(name), values) < 0;
      default -> labels -> values.contains(labels.getOrDefault(name, ABSENT));
    };
  }

  /** A label against a number; 0 when it is none. */
  private static int compare(@Nullable String label, Set<String> number) {
    return label == null || !isLong(label)
        ? 0
        : Long.compare(Long.parseLong(label), Long.parseLong(number.iterator().next()));
  }

  private static boolean isLong(String text) {
    try {
      Long.parseLong(text);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private String value() {
    if (next.isEnd() || next.is(",")) {
      return "";
    }
    Token value = take();
    if (!value.word()) {
      throw found(value, ", expected: identifier");
    }
    return value.literal();
  }

  private Set<String> values() {
    Token begin = take();
    if (!begin.is("(")) {
      throw found(begin, " expected: '('");
    }
    var values = new TreeSet<String>();
    if (!next.word() && !next.is(",") && !next.is(")")) {
      throw found(next, ", expected: ',', ')' or identifier");
    }
    while (true) {
      values.add(next.word() ? take().literal() : "");
      if (next.is(")")) {
        take();
        return values;
      }
      if (!next.is(",")) {
        throw found(next, ", expected: ',' or ')'");
      }
      take();
      if (!next.word() && !next.is(",") && !next.is(")")) {
        throw found(next, ", expected: ',', or identifier");
      }
    }
  }

  private Token take() {
    Token taken = next;
    next = scan();
    return taken;
  }

  private Token scan() {
    while (at < text.length() && BLANKS.indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    int from = at;
    if (at < text.length() && SYMBOLS.indexOf(text.charAt(at)) >= 0) {
      at++;
      if (at < text.length() && TOKENS.contains(text.substring(from, at + 1))) {
        at++;
      }
      return new Token(text.substring(from, at), false);
    }
    while (at < text.length() && (SYMBOLS + BLANKS).indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return new Token(text.substring(from, at), at > from);
  }

  private static IllegalArgumentException found(Token token, String expected) {
    return new IllegalArgumentException("found '" + token.literal() + '\'' + expected);
  }

  private static void requireValid(String path, String value, List<String> problems) {
    if (!problems.isEmpty()) {
      throw invalid(path, value, String.join("; ", problems));
    }
  }

  private static IllegalArgumentException invalid(String path, String value, String problem) {
    return new IllegalArgumentException(FieldError.invalid(path, value, problem).toString());
  }
}
