package io.usher.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.admission.match.EvaluationException;
import io.usher.apiserver.admission.match.Expression;
import io.usher.apiserver.admission.match.SpentException;
import io.usher.apiserver.admission.match.VersionedWrite;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GoText;
import io.usher.apiserver.api.ObjectSchema;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.Status;
import io.usher.cel.CostBudget;
import io.usher.cel.PolicyCompiler;
import io.usher.cel.ResultType;
import io.usher.patch.JsonPatch;
import io.usher.patch.PatchException;
import io.usher.patch.PatchOperation;
import io.usher.patch.PatchSchema;
import io.usher.patch.ServerSideApply;
import io.usher.patch.StructSchema;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A mutation of a policy, compiled.
 *
 * @param applied whether the expression gives a configuration to apply; else it gives a JSON patch
 */
record Mutation(Expression expression, boolean applied) {

  /** As much as kube-apiserver lets the copies of a patch add. */
  private static final long MAX_COPIED = 3 << 20;

  static Mutation of(JsonNode json, PolicyCompiler compiler) {
    boolean applied = json.path("patchType").asText().equals("ApplyConfiguration");
    String text =
        json.path(applied ? "applyConfiguration" : "jsonPatch").path("expression").asText();
    return new Mutation(
        Expression.of(compiler, text, applied ? ResultType.OBJECT : ResultType.PATCHES), applied);
  }

  /**
   * Changes the object of a write.
   *
   * @throws EvaluationException when there is no patch, or it does not fit the object
   * @throws ApiException 500 when what it makes is no object of its type
   */
  void change(PolicyWrite write, JsonNode params) throws EvaluationException {
    if (expression.program() == null) {
      throw new EvaluationException(expression.problem());
    }
    Object value;
    try {
      value =
          Objects.requireNonNull(
              expression.evaluate(write.forExpressions(params, CostBudget.ofObject())));
    } catch (SpentException e) {
      throw new EvaluationException(String.valueOf(e.getMessage()));
    }
    VersionedWrite versioned = write.versioned();
    JsonNode before = write.object();
    JsonNode after =
        applied
            ? merged(versioned, before, (ObjectNode) value)
            : patched(before, (ArrayNode) value);
    if (!(after instanceof ObjectNode object)) {
      throw new ApiException(Status.internalError("the patched object is no JSON object"));
    }
    if (!applied) {
      requireKnown(versioned, object);
    }
    requireConvertible(versioned);
    versioned.replaceObject(object);
  }

  /**
   * As kube-apiserver, which converts what a policy made of a built-in kind to no other version.
   */
  private static void requireConvertible(VersionedWrite write) throws EvaluationException {
    if (write.isConverted() && !write.version().schema().isCustom()) {
      GroupVersionKind requested = write.attributes().resource().kind();
      throw new EvaluationException(
          write.kind().version()
              + '.'
              + write.kind().kind()
              + " is not suitable for converting to "
              + GoText.quote(requested.apiVersion())
              + " in scheme \"pkg/runtime/scheme.go:111\"");
    }
  }

  private static JsonNode patched(JsonNode before, ArrayNode operations)
      throws EvaluationException {
    JsonNode after = before;
    for (JsonNode each : operations) {
      PatchOperation.Kind kind = null;
      try {
        JsonPatch single = JsonPatch.parse(operations.arrayNode().add(adding(each, after)));
        kind = single.operations().get(0).kind();
        after = single.apply(after, MAX_COPIED);
      } catch (PatchException e) {
        if (kind == PatchOperation.Kind.TEST) {
          // A test that fails leaves the object as it was, and is no failure of the policy.
          return before;
        }
        throw new EvaluationException("JSON Patch: " + problem(each, after, e));
      }
    }
    return after;
  }

  /** In kube-apiserver the replacement of a member that is not there adds it. */
  private static JsonNode adding(JsonNode operation, JsonNode document) {
    String path = operation.path("path").asText();
    boolean adds =
        operation.path("op").asText().equals("replace")
            && path.startsWith("/")
            && document.at(parent(path)).isObject()
            && document.at(path).isMissingNode();
    return adds ? ((ObjectNode) operation).deepCopy().put("op", "add") : operation;
  }

  private static String parent(String path) {
    return path.substring(0, path.lastIndexOf('/'));
  }

  /** What is wrong with an operation, in the words of kube-apiserver where they are known. */
  private static String problem(JsonNode operation, JsonNode document, PatchException e) {
    String op = operation.path("op").asText();
    String path = operation.path("path").asText();
    if (path.startsWith("/") && (op.equals("add") || op.equals("remove") || op.equals("replace"))) {
      if (!document.at(parent(path)).isContainerNode()) {
        return op
            + " operation does not apply: doc is missing path: \""
            + path
            + "\": missing value";
      }
      if (op.equals("remove") && document.at(parent(path)).isObject()) {
        String key =
            path.substring(path.lastIndexOf('/') + 1).replace("~1", "/").replace("~0", "~");
        return "error in remove for path: '"
            + path
            + "': Unable to remove nonexistent key: "
            + key
            + ": missing value";
      }
    }
    return String.valueOf(e.getMessage());
  }

  private static JsonNode merged(VersionedWrite write, JsonNode before, ObjectNode configuration)
      throws EvaluationException {
    configuration.put("apiVersion", before.path("apiVersion").asText());
    configuration.put("kind", before.path("kind").asText());
    requireTyped(write, configuration);
    try {
      return ServerSideApply.merge(before, configuration, schema(write));
    } catch (PatchException e) {
      throw new EvaluationException("error applying patch: " + e.getMessage());
    }
  }

  private static void requireTyped(VersionedWrite write, ObjectNode configuration)
      throws EvaluationException {
    if (!isOfType(write)) {
      return;
    }
    String problem;
    try {
      List<String> unknown = write.version().schema().prune(configuration.deepCopy());
      problem = unknown.isEmpty() ? "" : '.' + unknown.get(0) + ": field not declared in schema";
    } catch (ApiException e) {
      problem = String.valueOf(e.getMessage());
    }
    if (!problem.isEmpty()) {
      throw new EvaluationException(
          "error applying patch: failed to convert patch object to typed object: " + problem);
    }
  }

  private static StructSchema schema(VersionedWrite write) {
    GroupVersionKind kind = write.kind();
    return isOfType(write)
        ? write.version().schema().fieldSchema()
        : PatchSchema.builtIn().forKind(kind.group(), kind.version(), kind.kind());
  }

  /** Whether the object is of the resource's type; a subresource may have one of its own. */
  private static boolean isOfType(VersionedWrite write) {
    ResourceType type = write.resource().type();
    return write.kind().group().equals(type.group()) && write.kind().kind().equals(type.kind());
  }

  private static void requireKnown(VersionedWrite write, ObjectNode object) {
    ObjectSchema schema = write.version().schema();
    if (!isOfType(write) || schema.isCustom()) {
      return;
    }
    List<String> unknown;
    try {
      unknown = schema.prune(object);
    } catch (ApiException e) {
      throw new ApiException(Status.internalError(e.status().message()));
    }
    if (!unknown.isEmpty()) {
      throw new ApiException(
          Status.internalError(
              unknown.stream()
                  .map(each -> "unknown field " + GoText.quote(each))
                  .collect(Collectors.joining(", ", "strict decoding error: ", ""))));
    }
  }
}
