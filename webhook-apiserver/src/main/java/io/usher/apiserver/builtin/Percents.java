package io.usher.apiserver.builtin;

import java.util.regex.Pattern;

/** Fields that hold a number or a percentage. */
final class Percents {

  private static final Pattern PERCENT = Pattern.compile("[0-9]+%");
  private static final String FORM =
      "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or"
          + " '93%', regex used for validation is '[0-9]+%')";

  private Percents() {}

  static void check(Field value, Errors errors) {
    if (!value.node().isTextual()) {
      errors.notNegative(value);
    } else if (!PERCENT.matcher(value.text()).matches()) {
      errors.invalid(value, FORM);
    }
  }

  static void notMoreThanAll(Field value, Errors errors) {
    if (PERCENT.matcher(value.text()).matches() && number(value) > 100) {
      errors.invalid(value, "must not be greater than 100%");
    }
  }

  /** The number, or that before the percent sign; 0 for other text. */
  static long number(Field value) {
    if (!value.node().isTextual()) {
      return value.number();
    }
    String text = value.text();
    boolean percent = PERCENT.matcher(text).matches() && text.length() < 10;
    return percent ? Long.parseLong(text.substring(0, text.length() - 1)) : 0;
  }
}
