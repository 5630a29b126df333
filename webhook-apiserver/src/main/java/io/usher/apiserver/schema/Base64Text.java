package io.usher.apiserver.schema;

/** Standard base64 with padding, as Go's {@code encoding/base64} reads it. */
final class Base64Text {

  private Base64Text() {}

  /**
   * Checks that the text is base64.
   *
   * @throws DecodingException that says where it is not
   */
  static void check(String text) {
    int digits = 0;
    int padding = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\r' || c == '\n') {
        continue;
      }
      boolean pads = c == '=' && (padding > 0 || digits % 4 >= 2);
      if (!pads && (padding > 0 || !isDigit(c)) || padding == 2) {
        throw illegal(i);
      }
      if (pads) {
        padding++;
      }
      digits++;
    }
    if (digits % 4 != 0) {
      throw illegal(padding > 0 ? text.length() : text.length() - digits % 4);
    }
  }

  private static boolean isDigit(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '+'
        || c == '/';
  }

  private static DecodingException illegal(int at) {
    return new DecodingException("illegal base64 data at input byte " + at);
  }
}
