package io.usher.apiserver.request;

import io.usher.apiserver.api.GoText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;

/** What Go's {@code encoding/json} says of bytes that are no JSON. For one text. */
final class GoJson {

  /** Of a body, what a message shows. */
  private static final int SHOWN = 30;

  private static final String END = "unexpected end of JSON input";

  private final byte[] text;
  private final Deque<Character> open = new ArrayDeque<>();
  private int at;

  private GoJson(byte[] text) {
    this.text = text;
  }

  /** What is wrong with a text; empty when it is JSON. */
  static String problem(byte[] text) {
    try {
      new GoJson(text).document();
      return "";
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** The beginning of a body: as it is when it looks like JSON, else in hexadecimal digits. */
  static String summary(byte[] body) {
    if (body.length == 0) {
      return "<empty>";
    }
    byte[] shown = Arrays.copyOf(body, Math.min(body.length, SHOWN));
    String text =
        body[0] == '{'
            ? new String(shown, StandardCharsets.UTF_8)
            : HexFormat.of().formatHex(shown);
    return body.length > SHOWN ? text + " ..." : text;
  }

  private void document() {
    do {
      value();
    } while (!open.isEmpty());
    int next = skipBlanks();
    if (next >= 0) {
      throw unexpected("after top-level value");
    }
  }

  /** A value, and what follows it within what is open. */
  private void value() {
    int first = require();
    switch (first) {
      case '{' -> {
        at++;
        if (require() == '}') {
          at++;
        } else {
          open.push('{');
          key("looking for beginning of object key string");
          return;
        }
      }
      case '[' -> {
        at++;
        if (require() == ']') {
          at++;
        } else {
          open.push('[');
          return;
        }
      }
      case '"' -> string();
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> number(first);
    }
    afterValue();
  }

  private void afterValue() {
    while (!open.isEmpty()) {
      boolean object = open.element() == '{';
      int next = require();
      if (next == ',') {
        at++;
        if (object) {
          key("looking for beginning of object key string");
        }
        return;
      }
      if (next != (object ? '}' : ']')) {
        throw unexpected(object ? "after object key:value pair" : "after array element");
      }
      at++;
      open.pop();
    }
  }

  private void key(String where) {
    if (require() != '"') {
      throw unexpected(where);
    }
    string();
    if (require() != ':') {
      throw unexpected("after object key");
    }
    at++;
  }

  private void string() {
    at++;
    while (true) {
      int next = next();
      if (next == '"') {
        at++;
        return;
      }
      if (next < ' ') {
        throw unexpected("in string literal");
      }
      at++;
      if (next == '\\') {
        escape();
      }
    }
  }

  private void escape() {
    int next = within();
    if (next == 'u') {
      for (int i = 0; i < 4; i++) {
        at++;
        if (Character.digit(within(), 16) < 0) {
          throw unexpected("in \\u hexadecimal character escape");
        }
      }
    } else if ("bfnrt\\/\"".indexOf(next) < 0) {
      throw unexpected("in string escape code");
    }
    at++;
  }

  private void literal(String literal) {
    for (int i = 0; i < literal.length(); i++) {
      if (within() != literal.charAt(i)) {
        throw unexpected("in literal " + literal + " (expecting '" + literal.charAt(i) + "')");
      }
      at++;
    }
  }

  private void number(int first) {
    if (first == '-') {
      at++;
      if (!isDigit(within())) {
        throw unexpected("in numeric literal");
      }
    } else if (!isDigit(first)) {
      throw unexpected("looking for beginning of value");
    }
    if (within() == '0') {
      at++;
    } else {
      digits();
    }
    if (at < text.length && text[at] == '.') {
      at++;
      if (!isDigit(within())) {
        throw unexpected("after decimal point in numeric literal");
      }
      digits();
    }
    if (at < text.length && (text[at] | ' ') == 'e') {
      at++;
      if (within() == '+' || within() == '-') {
        at++;
      }
      if (!isDigit(within())) {
        throw unexpected("in exponent of numeric literal");
      }
      digits();
    }
  }

  private void digits() {
    while (at < text.length && isDigit(text[at])) {
      at++;
    }
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  /** The next byte that is no blank, or -1 at the end. */
  private int skipBlanks() {
    while (at < text.length && " \t\r\n".indexOf(text[at]) >= 0) {
      at++;
    }
    return at < text.length ? text[at] & 0xff : -1;
  }

  private int require() {
    skipBlanks();
    return next();
  }

  private int next() {
    if (at >= text.length) {
      throw new IllegalArgumentException(END);
    }
    return text[at] & 0xff;
  }

  /** The next byte of what only certain bytes end: Go takes the end of the text for a blank. */
  private int within() {
    return at < text.length ? next() : ' ';
  }

  private IllegalArgumentException unexpected(String where) {
    int c = within();
    String shown =
        switch (c) {
          case '\'' -> "'\\''";
          case '"' -> "'\"'";
          default -> {
            String quoted = GoText.quote(String.valueOf((char) c));
            yield '\'' + quoted.substring(1, quoted.length() - 1) + '\'';
          }
        };
    return new IllegalArgumentException("invalid character " + shown + ' ' + where);
  }
}
