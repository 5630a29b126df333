package io.usher.cli;

import picocli.CommandLine.Help.Ansi;

/** Text for a terminal that shows colours, or for one that does not. */
final class Colours {

  /** When to use them; the names are the option's values. */
  enum When {
    /** On a terminal that shows them. */
    auto,
    /** Always. */
    always,
    /** Never. */
    never
  }

  private final boolean on;

  Colours(When when) {
    this.on =
        switch (when) {
          case auto -> Ansi.AUTO.enabled();
          case always -> true;
          case never -> false;
        };
  }

  String red(String text) {
    return in("31", text);
  }

  String green(String text) {
    return in("32", text);
  }

  String yellow(String text) {
    return in("33", text);
  }

  String cyan(String text) {
    return in("36", text);
  }

  String bold(String text) {
    return in("1", text);
  }

  private String in(String code, String text) {
    return on ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
