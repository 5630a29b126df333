package io.usher.cel;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Kubernetes' functions of quantities: {@code 1.5Gi}. */
final class QuantityFunctions {

  private static final int MAX_LENGTH = 1000;
  private static final int MAX_EXPONENT = 1000;
  private static final int NANO = 9;
  private static final int FAST_DIGITS = 18;
  private static final Pattern FORM =
      Pattern.compile("([+-]?)([0-9]*)(?:\\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)");
  private static final Pattern EXPONENT = Pattern.compile("[eE]([-+]?[0-9]+)");
  private static final Map<String, Integer> POWERS_OF_TEN =
      Map.of("n", -9, "u", -6, "m", -3, "", 0, "k", 3, "M", 6, "G", 9, "T", 12, "P", 15, "E", 18);
  private static final Map<String, Integer> POWERS_OF_TWO =
      Map.of("Ki", 10, "Mi", 20, "Gi", 30, "Ti", 40, "Pi", 50, "Ei", 60);

  private static final Fault WRONG =
      new Fault(
          "quantities must match the regular expression"
              + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");

  private QuantityFunctions() {}

  /**
   * A quantity.
   *
   * @param large whether Kubernetes holds it so that it is no integer to it, though it may be whole
   */
  record Quantity(BigDecimal amount, boolean large) implements Values.Opaque {
    @Override
    public String typeName() {
      return "kubernetes.Quantity";
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Quantity quantity && amount.compareTo(quantity.amount) == 0;
    }

    @Override
    public int hashCode() {
      return amount.stripTrailingZeros().hashCode();
    }

    @Nullable Long whole() {
      try {
        return large ? null : amount.longValueExact();
      } catch (ArithmeticException e) {
        return null;
      }
    }
  }

  static void addTo(Library library) {
    String one = "kubernetes.Quantity";
    String two = one + ',' + one;
    library
        .add("string_to_quantity quantity string " + one, (a, m) -> parsed((String) a[0]))
        .add(
            "is_quantity_string isQuantity string bool",
            (a, m) -> parsed((String) a[0]) instanceof Quantity)
        .add("quantity_sign sign " + one + " int", (a, m) -> (long) amount(a[0]).signum())
        .add("quantity_is_greater_than .isGreaterThan " + two + " bool", (a, m) -> order(a) > 0)
        .add("quantity_is_less_than .isLessThan " + two + " bool", (a, m) -> order(a) < 0)
        .add("quantity_compare_to .compareTo " + two + " int", (a, m) -> (long) order(a))
        .add(
            "quantity_get_float .asApproximateFloat " + one + " double",
            (a, m) -> amount(a[0]).doubleValue())
        .add("quantity_get_int .asInteger " + one + " int", (a, m) -> whole((Quantity) a[0]))
        .add(
            "quantity_is_integer .isInteger " + one + " bool",
            (a, m) -> ((Quantity) a[0]).whole() != null)
        .add("quantity_add .add " + two + " " + one, (a, m) -> sum(a[0], amount(a[1]), large(a[1])))
        .add(
            "quantity_add_int .add " + one + ",int " + one,
            (a, m) -> sum(a[0], BigDecimal.valueOf((Long) a[1]), false))
        .add(
            "quantity_sub .sub " + two + " " + one,
            (a, m) -> sum(a[0], amount(a[1]).negate(), large(a[1])))
        .add(
            "quantity_sub_int .sub " + one + ",int " + one,
            (a, m) -> sum(a[0], BigDecimal.valueOf((Long) a[1]).negate(), false));
  }

  private static BigDecimal amount(Object value) {
    return ((Quantity) value).amount();
  }

  private static boolean large(Object value) {
    return ((Quantity) value).large();
  }

  private static Quantity sum(Object value, BigDecimal amount, boolean large) {
    return new Quantity(amount(value).add(amount), large(value) || large);
  }

  private static int order(Object[] values) {
    return amount(values[0]).compareTo(amount(values[1]));
  }

  private static Object whole(Quantity quantity) {
    Long whole = quantity.whole();
    return whole == null ? new Fault("cannot convert value to integer") : whole;
  }

  private static Object parsed(String text) {
    if (text.isEmpty()) {
      return WRONG;
    }
    Quantity usual = usual(text);
    return usual == null ? general(text) : usual;
  }

  /** Digits and a suffix, as nearly all quantities are; null for another one. */
  private static @Nullable Quantity usual(String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    if (digits == 0 || digits > FAST_DIGITS) {
      return null;
    }
    long number = Long.parseLong(text, 0, digits, 10);
    String suffix = text.substring(digits);
    Integer powerOfTwo = POWERS_OF_TWO.get(suffix);
    if (powerOfTwo != null) {
      var factor = BigDecimal.valueOf(1L << powerOfTwo);
      return new Quantity(BigDecimal.valueOf(number).multiply(factor), false);
    }
    Integer powerOfTen = POWERS_OF_TEN.get(suffix);
    return powerOfTen == null ? null : new Quantity(BigDecimal.valueOf(number, -powerOfTen), false);
  }

  private static Object general(String text) {
    var form = FORM.matcher(text);
    if (text.length() > MAX_LENGTH || !form.matches()) {
      return WRONG;
    }
    String whole = form.group(2);
    String fraction = form.group(3) == null ? "" : form.group(3);
    String suffix = form.group(4);
    if (whole.isEmpty() && fraction.isEmpty()) {
      return WRONG;
    }
    var amount = new BigDecimal(new BigInteger("0" + whole + fraction), fraction.length());
    var exponent = EXPONENT.matcher(suffix);
    Integer powerOfTwo = POWERS_OF_TWO.get(suffix);
    Integer powerOfTen = POWERS_OF_TEN.get(suffix);
    if (powerOfTwo != null) {
      amount = amount.multiply(new BigDecimal(BigInteger.ONE.shiftLeft(powerOfTwo)));
    } else if (powerOfTen != null) {
      amount = amount.scaleByPowerOfTen(powerOfTen);
    } else if (exponent.matches()) {
      try {
        int power = Integer.parseInt(exponent.group(1));
        if (Math.abs(power) > MAX_EXPONENT) {
          return new Fault("unable to parse quantity's suffix");
        }
        amount = amount.scaleByPowerOfTen(power);
      } catch (NumberFormatException e) {
        return new Fault("unable to parse quantity's suffix");
      }
    } else {
      return new Fault("unable to parse quantity's suffix");
    }
    if (amount.scale() > NANO) {
      amount = amount.setScale(NANO, RoundingMode.UP);
    }
    boolean large =
        whole.length() + fraction.length() > FAST_DIGITS
            || powerOfTwo != null && !fraction.isEmpty();
    return new Quantity(form.group(1).equals("-") ? amount.negate() : amount, large);
  }
}
