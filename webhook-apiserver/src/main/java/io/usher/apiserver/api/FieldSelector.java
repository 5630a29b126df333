package io.usher.apiserver.api;

import java.util.ArrayList;
import java.util.List;

/**
 * A {@code fieldSelector}: {@code metadata.name=web,status.phase!=Running}.
 *
 * @param terms all of which must hold
 */
public record FieldSelector(List<Term> terms) {

  public FieldSelector {
    terms = List.copyOf(terms);
  }

  /**
   * A field and what it is compared with.
   *
   * @param equal whether the field must have the value, or must not
   */
  public record Term(String field, boolean equal, String value) {}

  /**
   * Reads a selector; the empty text selects everything.
   *
   * @throws IllegalArgumentException in Kubernetes' words
   */
  public static FieldSelector parse(String text) {
    var terms = new ArrayList<Term>();
    for (String term : split(text)) {
      if (!term.isEmpty()) {
        terms.add(term(term, text));
      }
    }
    return new FieldSelector(terms);
  }

  /** The parts between commas that no backslash escapes. */
  private static List<String> split(String text) {
    var parts = new ArrayList<String>();
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.charAt(i) == ',') {
        parts.add(text.substring(from, i));
        from = i + 1;
      }
    }
    parts.add(text.substring(from));
    return parts;
  }

  private static Term term(String term, String text) {
    int equals = term.indexOf('=');
    if (equals < 0) {
      throw new IllegalArgumentException(
          "invalid selector: '" + text + "'; can't understand '" + term + "'");
    }
    boolean not = equals > 0 && term.charAt(equals - 1) == '!';
    String field = term.substring(0, not ? equals - 1 : equals);
    String rest = term.substring(equals + 1);
    String value = unescaped(!not && rest.startsWith("=") ? rest.substring(1) : rest);
    return new Term(field, !not, value);
  }

  private static String unescaped(String value) {
    return value.indexOf('\\') < 0 ? value : value.replaceAll("\\\\([\\\\,=])", "$1");
  }
}
