package io.usher.apiserver.authz;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.RequestInfo;
import java.util.List;
import java.util.Set;

/**
 * One policy of an ABAC file. {@code *} matches everything.
 *
 * @param user the user's name, or empty
 * @param group one of the user's groups, or empty; with both, both must match
 * @param readonly whether it allows get, list and watch alone
 * @param apiGroup the API group
 * @param namespace the namespace; empty for what has none
 * @param resource the resource without its subresource; empty for none
 * @param path of what is no resource; with {@code *} at the end, all that begin so; empty for none
 */
record AbacPolicy(
    String user,
    String group,
    boolean readonly,
    String apiGroup,
    String namespace,
    String resource,
    String path) {

  static final String API_VERSION = "abac.authorization.kubernetes.io/v1beta1";

  private static final String AUTHENTICATED = "system:authenticated";
  private static final Set<String> READING = Set.of("get", "list", "watch");

  /**
   * Reads a policy in the form of v1beta1, or in the old one without a version.
   *
   * @throws IllegalArgumentException naming what is wrong and what to write instead
   */
  static AbacPolicy of(JsonNode json) {
    if (!json.isObject()) {
      throw new IllegalArgumentException("is no JSON object: write one policy a line");
    }
    if (!json.has("apiVersion") && !json.has("kind")) {
      return unversioned(json);
    }
    if (!json.path("apiVersion").asText().equals(API_VERSION)
        || !json.path("kind").asText().equals("Policy")) {
      throw new IllegalArgumentException(
          "is no policy: write \"apiVersion\": \"" + API_VERSION + "\", \"kind\": \"Policy\"");
    }
    JsonNode spec = json.path("spec");
    if (!spec.isObject()) {
      throw new IllegalArgumentException("has no spec: write \"spec\": {...}");
    }
    var stated =
        new AbacPolicy(
            text(spec, "user"),
            text(spec, "group"),
            readonly(spec),
            text(spec, "apiGroup"),
            text(spec, "namespace"),
            text(spec, "resource"),
            text(spec, "nonResourcePath"));
    return stated.user.equals("*") || stated.group.equals("*") ? stated.forAuthenticated() : stated;
  }

  /** The old form: what it leaves out matches everything. */
  private static AbacPolicy unversioned(JsonNode json) {
    if (json.has("spec")) {
      throw new IllegalArgumentException(
          "has a spec but no version: write \"apiVersion\": \""
              + API_VERSION
              + "\", \"kind\": \"Policy\" beside it");
    }
    String user = text(json, "user");
    String group = text(json, "group");
    String namespace = text(json, "namespace");
    String resource = text(json, "resource");
    var stated =
        new AbacPolicy(
            user,
            group,
            readonly(json),
            "*",
            namespace.isEmpty() ? "*" : namespace,
            resource.isEmpty() ? "*" : resource,
            namespace.isEmpty() && resource.isEmpty() ? "*" : "");
    boolean anyone = user.isEmpty() && group.isEmpty();
    return anyone || user.equals("*") || group.equals("*") ? stated.forAuthenticated() : stated;
  }

  /** Anonymous callers are not in the group. */
  private AbacPolicy forAuthenticated() {
    return new AbacPolicy("", AUTHENTICATED, readonly, apiGroup, namespace, resource, path);
  }

  boolean allows(UserInfo caller, RequestInfo request) {
    return isFor(caller)
        && (!readonly || READING.contains(request.verb()))
        && (request.resourceRequest()
            ? isAboutResource(request)
            : PolicyRule.coversPath(path, request.path()));
  }

  boolean isFor(UserInfo caller) {
    return !(user.isEmpty() && group.isEmpty())
        && (user.isEmpty() || user.equals(caller.username()))
        && (group.isEmpty() || caller.groups().contains(group));
  }

  /** What it allows in this namespace, as a rule of RBAC says it; none where it is for another. */
  List<PolicyRule> rules(String inNamespace) {
    if (!matches(namespace, inNamespace)) {
      return List.of();
    }
    List<String> verbs = readonly ? List.of("get", "list", "watch") : List.of("*");
    var ofResources = PolicyRule.ofResources(verbs, List.of(apiGroup), List.of(resource));
    var ofPaths = PolicyRule.ofPaths(verbs, List.of(path));
    if (resource.isEmpty()) {
      return path.isEmpty() ? List.of() : List.of(ofPaths);
    }
    return path.isEmpty() ? List.of(ofResources) : List.of(ofResources, ofPaths);
  }

  private boolean isAboutResource(RequestInfo request) {
    return matches(namespace, request.namespace())
        && matches(resource, request.resource())
        && matches(apiGroup, request.group());
  }

  private static boolean matches(String stated, String requested) {
    return stated.equals("*") || stated.equals(requested);
  }

  private static String text(JsonNode json, String member) {
    JsonNode value = json.path(member);
    if (!value.isMissingNode() && !value.isNull() && !value.isTextual()) {
      throw new IllegalArgumentException("\"" + member + "\" is no text");
    }
    return value.asText("");
  }

  private static boolean readonly(JsonNode json) {
    JsonNode value = json.path("readonly");
    if (!value.isMissingNode() && !value.isNull() && !value.isBoolean()) {
      throw new IllegalArgumentException("\"readonly\" is neither true nor false");
    }
    return value.asBoolean();
  }
}
