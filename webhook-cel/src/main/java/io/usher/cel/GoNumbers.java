package io.usher.cel;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Numbers and durations as Go writes and reads them. */
final class GoNumbers {

  private static final int LEAST_EXPONENT = -4;
  private static final int GREATEST_EXPONENT = 21;

  private GoNumbers() {}

  /** As {@code %v} and {@code %g} print it. */
  static String shortest(double number) {
    String special = special(number);
    if (special != null) {
      return special;
    }
    if (number == 0) {
      return 1 / number < 0 ? "-0" : "0";
    }
    BigDecimal decimal = new BigDecimal(Double.toString(number)).stripTrailingZeros();
    int exponent = decimal.precision() - decimal.scale() - 1;
    if (exponent < LEAST_EXPONENT || exponent >= GREATEST_EXPONENT) {
      String digits = decimal.unscaledValue().abs().toString();
      return (number < 0 ? "-" : "")
          + digits.charAt(0)
          + (digits.length() > 1 ? "." + digits.substring(1) : "")
          + exponent(exponent);
    }
    return decimal.toPlainString();
  }

  private static String exponent(int exponent) {
    return "e"
        + (exponent < 0 ? "-" : "+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }

  private static @org.jspecify.annotations.Nullable String special(double number) {
    if (Double.isNaN(number)) {
      return "NaN";
    }
    return Double.isInfinite(number) ? (number > 0 ? "+Inf" : "-Inf") : null;
  }

  /** With so many digits after the point. */
  static String fixed(double number, int digits) {
    return new BigDecimal(number).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
  }

  /** {@code 1.234560e+05}. */
  static String scientific(double number, int digits) {
    if (number == 0) {
      return fixed(0, digits) + "e+00";
    }
    var decimal = new BigDecimal(number);
    var rounded = decimal.round(new java.math.MathContext(digits + 1, RoundingMode.HALF_EVEN));
    int exponent = rounded.precision() - rounded.scale() - 1;
    return rounded.movePointLeft(exponent).setScale(digits, RoundingMode.HALF_EVEN).toPlainString()
        + exponent(exponent);
  }
}
