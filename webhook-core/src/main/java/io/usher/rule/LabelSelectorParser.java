package io.usher.rule;

import io.usher.rule.LabelSelector.Operator;
import io.usher.rule.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads kubectl's label selector syntax. */
final class LabelSelectorParser {

  private static final String KEY =
      "((?:[a-z0-9.-]{1,253}/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)";
  private static final String VALUE = "[A-Za-z0-9._-]{0,63}";

  private static final Pattern EQUALITY = Pattern.compile(KEY + "\\s*(==|=|!=)\\s*(" + VALUE + ")");
  private static final Pattern SET = Pattern.compile(KEY + "\\s+(in|notin)\\s*\\(([^()]*+)\\)");

  private static final Pattern PRESENCE = Pattern.compile("(!?)\\s*" + KEY);

  private static final Pattern WHOLE_VALUE = Pattern.compile(VALUE);

  private LabelSelectorParser() {}

  static LabelSelector parse(String text) {
    if (text.isBlank()) {
      return LabelSelector.EVERYTHING;
    }
    var requirements = new ArrayList<Requirement>();
    for (String part : parts(text)) {
      requirements.add(requirement(part.strip(), text));
    }
    return new LabelSelector(requirements);
  }

  /** Between the commas that are not inside parentheses. */
  private static List<String> parts(String text) {
    var parts = new ArrayList<String>();
    boolean inside = false;
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      if (each == ',' && !inside) {
        parts.add(text.substring(from, i));
        from = i + 1;
      } else if (each == '(' || each == ')') {
        inside = each == '(';
      }
    }
    parts.add(text.substring(from));
    return parts;
  }

  private static Requirement requirement(String part, String text) {
    Matcher equality = EQUALITY.matcher(part);
    if (equality.matches()) {
      var operator = equality.group(2).equals("!=") ? Operator.NOT_IN : Operator.IN;
      return new Requirement(equality.group(1), operator, List.of(equality.group(3)));
    }
    Matcher set = SET.matcher(part);
    List<String> values = set.matches() ? values(set.group(3)) : List.of();
    if (!values.isEmpty()) {
      var operator = set.group(2).equals("in") ? Operator.IN : Operator.NOT_IN;
      return new Requirement(set.group(1), operator, values);
    }
    Matcher presence = PRESENCE.matcher(part);
    if (presence.matches()) {
      var operator = presence.group(1).isEmpty() ? Operator.EXISTS : Operator.DOES_NOT_EXIST;
      return new Requirement(presence.group(2), operator, List.of());
    }
    throw new IllegalArgumentException(
        "label selector \"" + text + "\": \"" + part + "\" is not a requirement");
  }

  /** None when one of them can't be a label's value. */
  private static List<String> values(String list) {
    List<String> values = Stream.of(list.split(",", -1)).map(String::strip).toList();
    return values.stream().allMatch(value -> WHOLE_VALUE.matcher(value).matches())
        ? values
        : List.of();
  }
}
