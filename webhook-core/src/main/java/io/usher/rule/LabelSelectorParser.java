package io.usher.rule;

import io.usher.rule.LabelSelector.Operator;
import io.usher.rule.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads kubectl's label selector syntax. */
final class LabelSelectorParser {

  private static final String KEY =
      "((?:[a-z0-9.-]{1,253}/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)";
  private static final String VALUE = "[A-Za-z0-9._-]{0,63}";

  private static final Pattern EQUALITY = Pattern.compile(KEY + "\\s*(==|=|!=)\\s*(" + VALUE + ")");
  private static final Pattern SET =
      Pattern.compile(
          KEY + "\\s+(in|notin)\\s*\\(\\s*(" + VALUE + "(?:\\s*,\\s*" + VALUE + ")*)\\s*\\)");
  private static final Pattern PRESENCE = Pattern.compile("(!?)\\s*" + KEY);

  /** A comma that is not inside parentheses. */
  private static final Pattern SEPARATOR = Pattern.compile(",(?![^(]*\\))");

  private LabelSelectorParser() {}

  static LabelSelector parse(String text) {
    if (text.isBlank()) {
      return LabelSelector.EVERYTHING;
    }
    var requirements = new ArrayList<Requirement>();
    for (String part : SEPARATOR.split(text, -1)) {
      requirements.add(requirement(part.strip(), text));
    }
    return new LabelSelector(requirements);
  }

  private static Requirement requirement(String part, String text) {
    Matcher equality = EQUALITY.matcher(part);
    if (equality.matches()) {
      var operator = equality.group(2).equals("!=") ? Operator.NOT_IN : Operator.IN;
      return new Requirement(equality.group(1), operator, List.of(equality.group(3)));
    }
    Matcher set = SET.matcher(part);
    if (set.matches()) {
      var operator = set.group(2).equals("in") ? Operator.IN : Operator.NOT_IN;
      return new Requirement(set.group(1), operator, List.of(set.group(3).split("\\s*,\\s*", -1)));
    }
    Matcher presence = PRESENCE.matcher(part);
    if (presence.matches()) {
      var operator = presence.group(1).isEmpty() ? Operator.EXISTS : Operator.DOES_NOT_EXIST;
      return new Requirement(presence.group(2), operator, List.of());
    }
    throw new IllegalArgumentException(
        "label selector \"" + text + "\": \"" + part + "\" is not a requirement");
  }
}
