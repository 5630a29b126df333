package io.usher.apiserver.schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Quantities such as {@code 500m} and {@code 1Gi}: their values, and the one form in which
 * kube-apiserver writes each of them ({@code apimachinery/pkg/api/resource}).
 */
public final class Quantity {

  private static final String EXPRESSION =
      "quantities must match the regular expression"
          + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  private static final Pattern FORM =
      Pattern.compile("([+-]?)(\\d*)(?:\\.(\\d*))?([eEinumkKMGTP]*[-+]?\\d*)");
  private static final List<String> DECIMAL =
      List.of("n", "u", "m", "", "k", "M", "G", "T", "P", "E");
  private static final List<String> BINARY = List.of("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei");
  private static final Pattern EXPONENT = Pattern.compile("[eE][-+]?\\d{1,4}");
  private static final BigInteger KIBI = BigInteger.valueOf(1024);
  private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);
  // no quantity of use is longer, and longer ones cost time
  private static final int MAX_LENGTH = 256;
  private static final int NANO = 9;
  private static final int MAX_LONG_DIGITS = 18;

  private enum Format {
    DECIMAL_SI,
    BINARY_SI,
    DECIMAL_EXPONENT
  }

  private final String text;
  private final BigDecimal value;
  private final Format format;
  private final boolean canonical;

  private Quantity(String text) {
    this.text = text;
    Matcher parts = FORM.matcher(text);
    if (text.isEmpty() || text.length() > MAX_LENGTH || !parts.matches()) {
      throw new DecodingException(EXPRESSION);
    }
    String whole = parts.group(2).replaceFirst("^0+", "");
    String fraction = parts.group(3) == null ? "" : parts.group(3);
    String suffix = parts.group(4);
    int binary = BINARY.indexOf(suffix);
    format = format(suffix, binary);
    int exponent = format == Format.BINARY_SI ? 0 : exponent(suffix);
    BigDecimal number = new BigDecimal(new BigInteger('0' + whole + fraction), fraction.length());
    BigDecimal exact =
        format == Format.BINARY_SI
            ? number.multiply(new BigDecimal(KIBI.pow(binary)))
            : number.scaleByPowerOfTen(exponent);
    BigDecimal rounded = exact.setScale(Math.min(NANO, exact.scale()), RoundingMode.UP);
    BigDecimal capped = format == Format.BINARY_SI ? rounded.min(MAX) : rounded;
    value = parts.group(1).equals("-") ? capped.negate() : capped;
    String digits = (whole.isEmpty() ? "0" : whole) + fraction;
    int scale = exponent - fraction.length();
    // such a text is kept as it is
    canonical =
        format != Format.BINARY_SI
            && digits.length() <= MAX_LONG_DIGITS
            && scale >= -NANO
            && scale % 3 == 0
            && !digits.endsWith("000")
            && digits.charAt(0) != '0';
  }

  private Quantity(BigDecimal value, Format format) {
    this.text = "";
    this.value = value;
    this.format = format;
    this.canonical = false;
  }

  private static Format format(String suffix, int binary) {
    if (binary > 0) {
      return Format.BINARY_SI;
    }
    if (DECIMAL.contains(suffix)) {
      return Format.DECIMAL_SI;
    }
    if (EXPONENT.matcher(suffix).matches()) {
      return Format.DECIMAL_EXPONENT;
    }
    throw new DecodingException("unable to parse quantity's suffix");
  }

  private static int exponent(String suffix) {
    int decimal = DECIMAL.indexOf(suffix);
    return decimal >= 0 ? 3 * decimal - NANO : Integer.parseInt(suffix.substring(1));
  }

  /**
   * The value of a text that was decoded already.
   *
   * @throws RuntimeException when it is no quantity
   */
  public static BigDecimal value(String text) {
    return new Quantity(text).value;
  }

  /**
   * The form in which kube-apiserver writes a quantity.
   *
   * @throws DecodingException when it is none
   */
  static String canonical(String text) {
    return new Quantity(text.strip()).canonical();
  }

  /** The sum of two quantities, in the format of the first that is not 0. */
  public static String add(String one, String other) {
    return new Quantity(one).plus(new Quantity(other), 1);
  }

  /** What is left of a quantity, in the same format. */
  public static String subtract(String one, String other) {
    return new Quantity(one).plus(new Quantity(other), -1);
  }

  private String plus(Quantity other, int sign) {
    return new Quantity(
            value.add(other.value.multiply(BigDecimal.valueOf(sign))),
            value.signum() == 0 ? other.format : format)
        .canonical();
  }

  private String canonical() {
    if (value.signum() == 0) {
      return "0";
    }
    if (canonical) {
      return text;
    }
    boolean small = value.abs().compareTo(new BigDecimal(KIBI)) < 0;
    boolean whole = value.stripTrailingZeros().scale() <= 0;
    return format == Format.BINARY_SI && !small && whole ? binary() : decimal();
  }

  private String binary() {
    BigInteger amount = value.toBigIntegerExact();
    int times = 0;
    while (times < BINARY.size() - 1 && amount.mod(KIBI).signum() == 0) {
      amount = amount.divide(KIBI);
      times++;
    }
    return amount + BINARY.get(times);
  }

  private String decimal() {
    BigDecimal stripped = value.stripTrailingZeros();
    int exponent = Math.floorDiv(-stripped.scale(), 3) * 3;
    BigInteger amount = stripped.scaleByPowerOfTen(-exponent).toBigIntegerExact();
    if (format == Format.DECIMAL_EXPONENT) {
      return exponent == 0 ? amount.toString() : amount + "e" + exponent;
    }
    int index = (exponent + NANO) / 3;
    return index < DECIMAL.size() ? amount + DECIMAL.get(index) : amount + "e" + exponent;
  }
}
