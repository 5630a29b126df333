package io.usher.cel;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Kubernetes' functions of semantic versions. */
final class SemverFunctions {

  private static final int PARTS = 3;

  /** Of a number of 64 bits. */
  private static final int MAX_DIGITS = 20;

  private static final String[] NAMES = {"Major", "Minor", "Patch"};
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");
  private static final Pattern IDENTIFIER = Pattern.compile("[0-9A-Za-z-]+");

  private SemverFunctions() {}

  /** Why a text is no version. */
  private static final class BadVersion extends Exception {
    private static final long serialVersionUID = 1L;

    BadVersion(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * A version.
   *
   * @param numbers major, minor and patch
   */
  record Version(List<BigInteger> numbers, List<String> preRelease, List<String> build)
      implements Values.Opaque, Comparable<Version> {

    @Override
    public String typeName() {
      return "kubernetes.Semver";
    }

    @Override
    public int compareTo(Version other) {
      for (int i = 0; i < PARTS; i++) {
        int order = numbers.get(i).compareTo(other.numbers.get(i));
        if (order != 0) {
          return order;
        }
      }
      if (preRelease.isEmpty() || other.preRelease.isEmpty()) {
        return Boolean.compare(preRelease.isEmpty(), other.preRelease.isEmpty());
      }
      for (int i = 0; i < Math.min(preRelease.size(), other.preRelease.size()); i++) {
        int order = order(preRelease.get(i), other.preRelease.get(i));
        if (order != 0) {
          return order;
        }
      }
      return Integer.compare(preRelease.size(), other.preRelease.size());
    }

    private static int order(String left, String right) {
      boolean first = DIGITS.matcher(left).matches();
      boolean second = DIGITS.matcher(right).matches();
      if (first && second && left.length() != right.length()) {
        return Integer.compare(left.length(), right.length());
      }
      return first != second ? (first ? -1 : 1) : Integer.signum(left.compareTo(right));
    }
  }

  static void addTo(Library library) {
    String one = "kubernetes.Semver";
    String two = one + ',' + one;
    library
        .add("string_to_semver semver string " + one, (a, m) -> parsed((String) a[0], false))
        .add(
            "string_bool_to_semver semver string,bool " + one,
            (a, m) -> parsed((String) a[0], (Boolean) a[1]))
        .add(
            "is_semver_string isSemver string bool",
            (a, m) -> parsed((String) a[0], false) instanceof Version)
        .add(
            "is_semver_string_bool isSemver string,bool bool",
            (a, m) -> parsed((String) a[0], (Boolean) a[1]) instanceof Version)
        .add("semver_is_greater_than .isGreaterThan " + two + " bool", (a, m) -> order(a) > 0)
        .add("semver_is_less_than .isLessThan " + two + " bool", (a, m) -> order(a) < 0)
        .add("semver_compare_to .compareTo " + two + " int", (a, m) -> (long) order(a))
        .add("semver_major .major " + one + " int", (a, m) -> number(a[0], 0))
        .add("semver_minor .minor " + one + " int", (a, m) -> number(a[0], 1))
        .add("semver_patch .patch " + one + " int", (a, m) -> number(a[0], 2));
  }

  private static int order(Object[] values) {
    return Integer.signum(((Version) values[0]).compareTo((Version) values[1]));
  }

  private static Object number(Object version, int part) {
    return ((Version) version).numbers().get(part).longValue();
  }

  private static Object parsed(String text, boolean normalized) {
    try {
      return parse(normalized ? normalized(text) : text);
    } catch (BadVersion e) {
      return new Fault(String.valueOf(e.getMessage()));
    }
  }

  private static String normalized(String text) throws BadVersion {
    String[] parts = (text.startsWith("v") ? text.substring(1) : text).split("\\.", PARTS);
    for (int i = 0; i < parts.length; i++) {
      if (parts[i].length() > 1) {
        String stripped = parts[i].replaceFirst("^0+", "");
        boolean startsWithDigit = !stripped.isEmpty() && Character.isDigit(stripped.charAt(0));
        parts[i] = startsWithDigit ? stripped : "0" + stripped;
      }
    }
    if (parts.length < PARTS) {
      if (parts[parts.length - 1].matches(".*[+-].*")) {
        throw new BadVersion("short version cannot contain PreRelease/Build meta data");
      }
      return String.join(".", parts) + ".0".repeat(PARTS - parts.length);
    }
    return String.join(".", parts);
  }

  private static Version parse(String text) throws BadVersion {
    if (text.isEmpty()) {
      throw new BadVersion("Version string empty");
    }
    String[] parts = text.split("\\.", PARTS);
    if (parts.length != PARTS) {
      throw new BadVersion("No Major.Minor.Patch elements found");
    }
    String patch = parts[2];
    List<String> build = List.of();
    List<String> preRelease = List.of();
    int plus = patch.indexOf('+');
    if (plus >= 0) {
      build = List.of(patch.substring(plus + 1).split("\\.", -1));
      patch = patch.substring(0, plus);
    }
    int minus = patch.indexOf('-');
    if (minus >= 0) {
      preRelease = List.of(patch.substring(minus + 1).split("\\.", -1));
      patch = patch.substring(0, minus);
    }
    var numbers = new ArrayList<BigInteger>();
    String[] texts = {parts[0], parts[1], patch};
    for (int i = 0; i < PARTS; i++) {
      numbers.add(number(texts[i], NAMES[i]));
    }
    for (String identifier : preRelease) {
      if (identifier.isEmpty()) {
        throw new BadVersion("Prerelease is empty");
      }
      if (DIGITS.matcher(identifier).matches()
          && identifier.length() > 1
          && identifier.startsWith("0")) {
        throw new BadVersion(
            "Numeric PreRelease version must not contain leading zeroes \"" + identifier + '"');
      }
      if (!IDENTIFIER.matcher(identifier).matches()) {
        throw new BadVersion("Invalid character(s) found in prerelease \"" + identifier + '"');
      }
    }
    for (String identifier : build) {
      if (identifier.isEmpty()) {
        throw new BadVersion("Build meta data is empty");
      }
      if (!IDENTIFIER.matcher(identifier).matches()) {
        throw new BadVersion("Invalid character(s) found in build meta data \"" + identifier + '"');
      }
    }
    return new Version(List.copyOf(numbers), preRelease, build);
  }

  private static BigInteger number(String text, String name) throws BadVersion {
    if (!DIGITS.matcher(text).matches() && !text.isEmpty()) {
      throw new BadVersion(
          "Invalid character(s) found in "
              + name.toLowerCase(java.util.Locale.ROOT)
              + " number \""
              + text
              + '"');
    }
    if (text.length() > 1 && text.startsWith("0")) {
      throw new BadVersion(name + " number must not contain leading zeroes \"" + text + '"');
    }
    boolean fits = !text.isEmpty() && text.length() <= MAX_DIGITS;
    BigInteger number = fits ? new BigInteger(text) : BigInteger.ZERO;
    if (!fits || number.bitLength() > Long.SIZE) {
      throw new BadVersion(
          "strconv.ParseUint: parsing \""
              + text
              + "\": "
              + (text.isEmpty() ? "invalid syntax" : "value out of range"));
    }
    return number;
  }
}
