package io.usher.apiserver.schema;

import com.google.re2j.Pattern;

/** Numbers whose last digit checks the others. */
final class Checksums {

  private static final Pattern ISBN10 = Pattern.compile("[0-9]{9}[0-9X]");
  private static final Pattern ISBN13 = Pattern.compile("[0-9]{13}");
  private static final Pattern CREDIT_CARD =
      Pattern.compile(
          "4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}"
              + "|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35[0-9]{3})[0-9]{11}");

  private Checksums() {}

  static boolean isIsbn10(String text) {
    String digits = text.replaceAll("[\\s-]", "");
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      sum += (i + 1) * (digits.charAt(i) == 'X' ? 10 : digits.charAt(i) - '0');
    }
    return ISBN10.matches(digits) && sum % 11 == 0;
  }

  static boolean isIsbn13(String text) {
    String digits = text.replaceAll("[\\s-]", "");
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      sum += (i % 2 == 0 ? 1 : 3) * (digits.charAt(i) - '0');
    }
    return ISBN13.matches(digits) && sum % 10 == 0;
  }

  static boolean isCreditCard(String text) {
    String digits = text.replaceAll("[^0-9]+", "");
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      int counted = i % 2 == 0 ? digit : digit * 2;
      sum += counted % 10 + counted / 10;
    }
    return CREDIT_CARD.matches(digits) && sum % 10 == 0;
  }
}
