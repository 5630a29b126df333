package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.GoText;
import io.usher.apiserver.api.QueryParameters;
import io.usher.apiserver.api.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code CreateOptions}, {@code UpdateOptions} or {@code PatchOptions}.
 *
 * @param dryRun whether nothing is stored
 * @param fieldManager who writes, or empty
 * @param fieldValidation what becomes of unknown and duplicate fields
 * @param force whether an apply takes the fields of others
 */
record WriteOptions(
    boolean dryRun, String fieldManager, FieldValidation fieldValidation, boolean force) {

  /** What becomes of unknown and duplicate fields. */
  enum FieldValidation {
    IGNORE,
    WARN,
    STRICT
  }

  private static final int MAX_MANAGER = 128;

  /**
   * Reads and checks them.
   *
   * @param kind {@code CreateOptions}
   * @param apply whether it is an apply patch
   * @throws ApiException 422 when they can't be
   */
  static WriteOptions of(QueryParameters query, String kind, boolean apply) {
    var errors = new ArrayList<FieldError>();
    List<String> dryRun = query.all("dryRun");
    dryRunError(dryRun, errors);
    String manager = query.first("fieldManager");
    if (length(manager) > MAX_MANAGER) {
      errors.add(
          new FieldError(
              FieldError.Reason.TOO_LONG,
              "fieldManager",
              null,
              "may not be more than " + MAX_MANAGER + " bytes"));
    }
    int position = 0;
    for (int c : manager.codePoints().toArray()) {
      if (!GoText.isPrintable(c)) {
        errors.add(
            FieldError.invalid(
                "fieldManager",
                manager,
                "invalid character U+%04X (at position %d)".formatted(c, position)));
      }
      position += length(Character.toString(c));
    }
    String validation = query.first("fieldValidation");
    if (!List.of("", "Ignore", "Strict", "Warn").contains(validation)) {
      errors.add(
          FieldError.notSupported(
              "fieldValidation",
              TextNode.valueOf(validation),
              List.of("", "Ignore", "Strict", "Warn")));
    }
    if (apply && manager.isEmpty()) {
      errors.add(FieldError.required("fieldManager", "is required for apply patch"));
    }
    if (!apply && query.has("force")) {
      errors.add(FieldError.forbidden("force", "may not be specified for non-apply patch"));
    }
    if (!errors.isEmpty()) {
      throw new ApiException(Status.invalid("meta.k8s.io", kind, "", errors));
    }
    return new WriteOptions(
        dryRun.contains("All"),
        manager,
        switch (validation) {
          case "Strict" -> FieldValidation.STRICT;
          case "Ignore" -> FieldValidation.IGNORE;
          default -> FieldValidation.WARN;
        },
        force(query));
  }

  private static boolean force(QueryParameters query) {
    String force = query.first("force");
    return query.has("force") && !force.equals("false") && !force.equals("0");
  }

  /** In bytes, as Go counts. */
  private static int length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  static void dryRunError(List<String> dryRun, List<FieldError> errors) {
    if (dryRun.stream().anyMatch(each -> !each.equals("All"))) {
      ArrayNode value = JsonNodeFactory.instance.arrayNode();
      dryRun.forEach(value::add);
      errors.add(FieldError.notSupported("dryRun", value, List.of("All")));
    }
  }

  /**
   * As admission gets them.
   *
   * @param kind {@code CreateOptions} for what creates, {@code UpdateOptions} for what changes
   */
  ObjectNode toJson(String kind) {
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    options.put("kind", kind).put("apiVersion", "meta.k8s.io/v1");
    if (dryRun) {
      options.putArray("dryRun").add("All");
    }
    if (!fieldManager.isEmpty()) {
      options.put("fieldManager", fieldManager);
    }
    return options;
  }
}
