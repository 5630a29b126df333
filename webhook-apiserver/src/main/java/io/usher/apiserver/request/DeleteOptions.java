package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.QueryParameters;
import io.usher.apiserver.api.Status;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code DeleteOptions}, from the body or the query.
 *
 * @param dryRun whether nothing is stored
 * @param gracePeriodSeconds how long the object may stay; negative when unset
 * @param propagation {@code Foreground}, {@code Background}, {@code Orphan}, or empty
 * @param uid the uid that the object must have, or empty
 * @param resourceVersion the version that the object must have, or empty
 * @param json as admission gets them
 */
record DeleteOptions(
    boolean dryRun,
    long gracePeriodSeconds,
    String propagation,
    String uid,
    String resourceVersion,
    ObjectNode json) {

  private static final List<String> PROPAGATIONS =
      List.of("Foreground", "Background", "Orphan", "nil");

  /** What they are, whichever group's version a client calls theirs. */
  static final GroupVersionKind KIND = new GroupVersionKind("meta.k8s.io", "v1", "DeleteOptions");

  /** Options that say nothing. */
  static final DeleteOptions NONE = of(JsonNodeFactory.instance.objectNode(), QueryParameters.NONE);

  /** Options that say what becomes of the dependents, and nothing else. */
  static DeleteOptions propagating(String propagation) {
    return of(
        JsonNodeFactory.instance.objectNode().put("propagationPolicy", propagation),
        QueryParameters.NONE);
  }

  /**
   * Reads and checks them.
   *
   * @param body the options' object; when it is empty the query counts
   * @throws ApiException 422 when they can't be
   */
  static DeleteOptions of(ObjectNode body, QueryParameters query) {
    ObjectNode options = body.isEmpty() ? fromQuery(query) : body;
    var errors = new ArrayList<FieldError>();
    var dryRun = new ArrayList<String>();
    options.path("dryRun").forEach(each -> dryRun.add(each.asText()));
    WriteOptions.dryRunError(dryRun, errors);
    String propagation = options.path("propagationPolicy").asText();
    if (!propagation.isEmpty() && !PROPAGATIONS.subList(0, 3).contains(propagation)) {
      errors.add(
          FieldError.notSupported(
              "propagationPolicy", TextNode.valueOf(propagation), PROPAGATIONS));
    }
    JsonNode orphan = options.path("orphanDependents");
    if (!propagation.isEmpty() && orphan.isBoolean()) {
      errors.add(
          FieldError.invalid(
              "propagationPolicy",
              propagation,
              "orphanDependents and deletionPropagation cannot be both set"));
    }
    if (!errors.isEmpty()) {
      throw new ApiException(Status.invalid("meta.k8s.io", "DeleteOptions", "", errors));
    }
    JsonNode preconditions = options.path("preconditions");
    return new DeleteOptions(
        !dryRun.isEmpty(),
        Math.min(options.path("gracePeriodSeconds").asLong(-1), Integer.MAX_VALUE),
        orphan.isBoolean() ? (orphan.booleanValue() ? "Orphan" : "Background") : propagation,
        preconditions.path("uid").asText(),
        preconditions.path("resourceVersion").asText(),
        options);
  }

  private static ObjectNode fromQuery(QueryParameters query) {
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    options.put("kind", "DeleteOptions").put("apiVersion", "meta.k8s.io/v1");
    if (query.has("dryRun")) {
      query.all("dryRun").forEach(options.putArray("dryRun")::add);
    }
    if (query.has("gracePeriodSeconds")) {
      try {
        options.put("gracePeriodSeconds", Long.parseLong(query.first("gracePeriodSeconds")));
      } catch (NumberFormatException e) {
        throw new ApiException(
            Status.badRequest(
                "strconv.ParseInt: parsing \""
                    + query.first("gracePeriodSeconds")
                    + "\": invalid syntax"));
      }
    }
    if (query.has("propagationPolicy")) {
      options.put("propagationPolicy", query.first("propagationPolicy"));
    }
    if (query.has("orphanDependents")) {
      options.put("orphanDependents", query.isTrue("orphanDependents"));
    }
    return options;
  }
}
