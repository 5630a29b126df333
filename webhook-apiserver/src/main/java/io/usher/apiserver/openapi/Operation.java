package io.usher.apiserver.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One method of a path.
 *
 * @param method the HTTP method in lower case
 * @param action the verb as {@code x-kubernetes-action} has it; null for documents
 * @param description for people
 * @param id unique in all documents
 * @param tag the group and version
 * @param parameters the names of all parameters, those of the path included
 * @param body what the request carries
 * @param answer the name of the answer's schema
 * @param codes the codes of success
 * @param kind what it is about; null for documents
 */
record Operation(
    String method,
    @Nullable String action,
    String description,
    String id,
    String tag,
    Set<String> parameters,
    Body body,
    String answer,
    List<Integer> codes,
    @Nullable GroupVersionKind kind) {

  private static final List<String> PATCHES =
      List.of(
          "application/apply-patch+yaml",
          "application/json-patch+json",
          "application/merge-patch+json");
  private static final String STRATEGIC = "application/strategic-merge-patch+json";

  /**
   * A request's body.
   *
   * @param schema the name of its schema; empty for no body
   * @param required whether it has to be there
   * @param strategic whether a patch may be a strategic merge patch
   */
  record Body(String schema, boolean required, boolean strategic) {
    static final Body NONE = new Body("", false, false);
  }

  Operation {
    codes = List.copyOf(codes);
  }

  /** Begins an operation without parameters, body or answer. */
  Operation(String method, @Nullable String action, String description, String id) {
    this(method, action, description, id, "", Set.of(), Body.NONE, "", List.of(), null);
  }

  /** The same with all of these parameters. */
  @SafeVarargs
  final Operation with(Set<String>... names) {
    var all = new TreeSet<String>();
    for (Set<String> each : names) {
      all.addAll(each);
    }
    return new Operation(method, action, description, id, tag, all, body, answer, codes, kind);
  }

  Operation takes(Body other) {
    return new Operation(
        method, action, description, id, tag, parameters, other, answer, codes, kind);
  }

  Operation answers(String schema, Integer... successes) {
    return new Operation(
        method, action, description, id, tag, parameters, body, schema, List.of(successes), kind);
  }

  Operation tagged(String name) {
    return new Operation(
        method, action, description, id, name, parameters, body, answer, codes, kind);
  }

  Operation about(GroupVersionKind other) {
    return new Operation(
        method, action, description, id, tag, parameters, body, answer, codes, other);
  }

  /** The operation as OpenAPI v3 writes it, without the parameters that its path declares. */
  ObjectNode toJson(Parameters all, Set<String> ofPath) {
    ObjectNode json = Parameters.NODES.objectNode();
    json.putArray("tags").add(tag);
    json.put("description", description);
    json.put("operationId", id);
    all.into(json, parameters.stream().filter(name -> !ofPath.contains(name)).toList(), kindName());
    if (!body.schema.isEmpty()) {
      bodyInto(json.putObject("requestBody"));
    }
    ObjectNode responses = json.putObject("responses");
    for (int code : codes) {
      ObjectNode response = responses.putObject(Integer.toString(code));
      response.put("description", code == 200 ? "OK" : code == 201 ? "Created" : "Accepted");
      ObjectNode content = response.putObject("content");
      content.set("application/json", schema(answer));
      if ("list".equals(action)) {
        content.set("application/json;stream=watch", schema(answer));
      }
      content.set("application/yaml", schema(answer));
    }
    responses.putObject("401").put("description", "Unauthorized");
    if (kind != null) {
      json.put("x-kubernetes-action", action);
      json.putObject("x-kubernetes-group-version-kind")
          .put("group", kind.group())
          .put("version", kind.version())
          .put("kind", kind.kind());
    }
    return json;
  }

  /** The kind's name in texts. */
  String kindName() {
    return kind == null ? "" : kind.kind();
  }

  private void bodyInto(ObjectNode json) {
    ObjectNode content = json.putObject("content");
    if (method.equals("patch")) {
      PATCHES.forEach(type -> content.set(type, schema(body.schema)));
      if (body.strategic) {
        content.set(STRATEGIC, schema(body.schema));
      }
    } else {
      content.set("*/*", schema(body.schema));
    }
    if (body.required) {
      json.put("required", true);
    }
  }

  private static ObjectNode schema(String name) {
    ObjectNode json = Parameters.NODES.objectNode();
    json.putObject("schema").put("$ref", Definitions.REFERENCE + name);
    return json;
  }
}
