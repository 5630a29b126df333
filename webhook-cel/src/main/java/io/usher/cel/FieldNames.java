package io.usher.cel;

import java.util.Set;
import java.util.regex.Pattern;

/** Names in expressions. */
public final class FieldNames {

  private static final Set<String> RESERVED =
      Set.of(
          "true",
          "false",
          "null",
          "in",
          "as",
          "break",
          "const",
          "continue",
          "else",
          "for",
          "function",
          "if",
          "import",
          "let",
          "loop",
          "package",
          "namespace",
          "return",
          "var",
          "void",
          "while");

  private static final Pattern ESCAPABLE = Pattern.compile("[a-zA-Z_./-][a-zA-Z0-9_./-]*");

  private static final Pattern IDENTIFIER = Pattern.compile("[_a-zA-Z][_a-zA-Z0-9]*");

  private FieldNames() {}

  /** Whether an expression may name something so. */
  public static boolean isIdentifier(String name) {
    return IDENTIFIER.matcher(name).matches() && !RESERVED.contains(name);
  }

  /** Whether it is a word of CEL: as the name of a field it is selected escaped, or as it is. */
  static boolean isReserved(String name) {
    return RESERVED.contains(name);
  }

  /** The name that an expression selects; empty when there is none. */
  static String escaped(String name) {
    if (RESERVED.contains(name)) {
      return "__" + name + "__";
    }
    return ESCAPABLE.matcher(name).matches()
        ? name.replace("__", "__underscores__")
            .replace(".", "__dot__")
            .replace("-", "__dash__")
            .replace("/", "__slash__")
        : "";
  }
}
