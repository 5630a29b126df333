package io.usher.apiserver.request;

import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.FieldSelector;
import io.usher.apiserver.api.QueryParameters;
import io.usher.apiserver.api.SelectableField;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.storage.StoredTree;
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
    if (labelTerms.isEmpty() && terms.isEmpty()) {
      return new Selector(object -> true, true);
    }
    return new Selector(
        object -> allAccept(labelTerms, object.object().labels()) && allAccept(terms, object),
        false);
  }

  /**
   * A loop, as each change asks for each of its watchers, where streams made half of the garbage.
   */
  private static <T> boolean allAccept(List<Predicate<T>> terms, T value) {
    for (Predicate<T> term : terms) {
      if (!term.test(value)) {
        return false;
      }
    }
    return true;
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
    try {
      return FieldSelector.parse(text).terms().stream().map(each -> term(each, resource)).toList();
    } catch (IllegalArgumentException e) {
      throw new ApiException(Status.badRequest(String.valueOf(e.getMessage())));
    }
  }

  private static Predicate<StoredTree> term(FieldSelector.Term term, ApiResource resource) {
    Function<StoredTree, String> valueOf = valueOf(term.field(), resource);
    if (valueOf == null) {
      throw new ApiException(Status.badRequest(unknown(term.field(), resource)));
    }
    return object -> valueOf.apply(object).equals(term.value()) == term.equal();
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
