package io.usher.apiserver.request;

import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.QueryParameters;
import io.usher.apiserver.api.SelectableField;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.storage.StoredTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code labelSelector} and {@code fieldSelector} of a request.
 *
 * @param accepts whether a stored object is selected
 * @param everything whether every object is
 */
record Selector(Predicate<StoredTree> accepts, boolean everything) {

  /** Longer than any selector that someone means. */
  private static final int MAX_LENGTH = 16 << 10;

  /**
   * Reads both.
   *
   * @throws ApiException 400 when one can't be understood or names an unknown field
   */
  static Selector of(QueryParameters query, ApiResource resource) {
    String labels = bounded(query.first("labelSelector"), "labelSelector");
    String fields = bounded(query.first("fieldSelector"), "fieldSelector");
    List<Predicate<Map<String, String>>> labelTerms = labelTerms(labels);
    List<Predicate<StoredTree>> terms = terms(fields, resource);
    Predicate<StoredTree> accepts =
        object -> labelTerms.stream().allMatch(term -> term.test(object.object().labels()));
    for (Predicate<StoredTree> term : terms) {
      accepts = accepts.and(term);
    }
    return new Selector(accepts, labelTerms.isEmpty() && terms.isEmpty());
  }

  private static String bounded(String text, String parameter) {
    if (text.length() > MAX_LENGTH) {
      throw new ApiException(
          Status.badRequest(parameter + " has more than " + MAX_LENGTH + " characters"));
    }
    return text;
  }

  private static List<Predicate<Map<String, String>>> labelTerms(String text) {
    try {
      return LabelSelectorParser.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ApiException(Status.badRequest(String.valueOf(e.getMessage())));
    }
  }

  private static List<Predicate<StoredTree>> terms(String text, ApiResource resource) {
    var terms = new ArrayList<Predicate<StoredTree>>();
    for (String term : split(text)) {
      if (!term.isEmpty()) {
        terms.add(term(term, text, resource));
      }
    }
    return terms;
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

  private static Predicate<StoredTree> term(String term, String text, ApiResource resource) {
    int equals = term.indexOf('=');
    if (equals < 0) {
      throw new ApiException(
          Status.badRequest("invalid selector: '" + text + "'; can't understand '" + term + "'"));
    }
    boolean not = equals > 0 && term.charAt(equals - 1) == '!';
    String field = term.substring(0, not ? equals - 1 : equals);
    String rest = term.substring(equals + 1);
    String value = unescaped(!not && rest.startsWith("=") ? rest.substring(1) : rest);
    Function<StoredTree, String> valueOf = valueOf(field, resource);
    if (valueOf == null) {
      throw new ApiException(Status.badRequest(unknown(field, resource)));
    }
    return object -> valueOf.apply(object).equals(value) != not;
  }

  private static String unescaped(String value) {
    return value.indexOf('\\') < 0 ? value : value.replaceAll("\\\\([\\\\,=])", "$1");
  }

  private static @Nullable Function<StoredTree, String> valueOf(
      String field, ApiResource resource) {
    if (field.equals("metadata.name")) {
      return object -> object.object().name();
    }
    if (field.equals("metadata.namespace") && resource.type().namespaced()) {
      return object -> object.object().namespace();
    }
    for (SelectableField selectable : resource.version().selectableFields()) {
      if (selectable.path().equals(field)) {
        return object -> selectable.value().apply(object.tree());
      }
    }
    return null;
  }

  private static String unknown(String field, ApiResource resource) {
    if (!resource.version().selectableFields().isEmpty()) {
      return "field label not supported: " + field;
    }
    String known = "\"metadata.name\"";
    if (resource.type().namespaced()) {
      known += ", \"metadata.namespace\"";
    }
    return "\"" + field + "\" is not a known field selector: only " + known;
  }
}
