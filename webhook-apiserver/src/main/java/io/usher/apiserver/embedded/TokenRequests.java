package io.usher.apiserver.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.api.SubresourceHandler;
import io.usher.apiserver.authn.ServiceAccountTokens;
import io.usher.apiserver.schema.TypedSchema;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Subresource {@code token} of ServiceAccounts: issues a token. */
final class TokenRequests implements SubresourceHandler {

  private static final String GROUP = "authentication.k8s.io";
  private static final String KIND = "TokenRequest";
  private static final TypedSchema SCHEMA =
      TypedSchema.builtIn(new GroupVersionKind(GROUP, "v1", KIND), request -> {});
  private static final GroupResource ACCOUNTS = new GroupResource("", "serviceaccounts");
  private static final long DEFAULT_SECONDS = 3600;
  private static final long MIN_SECONDS = 600;
  private static final long MAX_SECONDS = 1L << 32;

  private final ServiceAccountTokens tokens;
  private final Clock clock;

  TokenRequests(ServiceAccountTokens tokens, Clock clock) {
    this.tokens = tokens;
    this.clock = clock;
  }

  @Override
  public ObjectNode handle(Call call) {
    String namespace = call.info().namespace();
    String name = call.info().name();
    ObjectNode request =
        call.body() == null ? JsonNodeFactory.instance.objectNode() : call.body().deepCopy();
    decode(request);
    ObjectNode metadata = request.withObject("/metadata");
    requireSame(metadata, "name", name, name);
    requireSame(metadata, "namespace", namespace, name);
    ObjectNode account = found(call.objects(), ACCOUNTS, namespace, name);
    String uid = account.at("/metadata/uid").asText();
    String stated = metadata.path("uid").asText();
    if (!stated.isEmpty() && !stated.equals(uid)) {
      throw new ApiException(
          Status.conflict(
              new GroupResource(GROUP, KIND),
              name,
              "the UID in the token request ("
                  + stated
                  + ") does not match the UID of the service account ("
                  + uid
                  + ")"));
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    metadata.put("name", name).put("namespace", namespace).put("uid", uid);
    metadata.put("creationTimestamp", now.toString());
    ObjectNode spec = request.withObject("/spec");
    long seconds = spec.path("expirationSeconds").asLong(DEFAULT_SECONDS);
    spec.put("expirationSeconds", seconds);
    requireValid(seconds);
    var audiences = new ArrayList<String>();
    spec.path("audiences").forEach(each -> audiences.add(each.asText()));
    if (audiences.isEmpty()) {
      audiences.add(ServiceAccountTokens.ISSUER);
      spec.putArray("audiences").add(ServiceAccountTokens.ISSUER);
    }
    if (!spec.has("boundObjectRef")) {
      spec.putNull("boundObjectRef");
    }
    Map<String, JsonNode> bound =
        bound(call.objects(), namespace, name, spec.path("boundObjectRef"));
    request.put("kind", KIND).put("apiVersion", GROUP + "/v1");
    request
        .putObject("status")
        .put("token", tokens.issue(account, audiences, seconds, bound))
        .put("expirationTimestamp", now.plusSeconds(seconds).toString());
    return request;
  }

  /** As the server decodes objects that are stored. */
  private static void decode(ObjectNode request) {
    try {
      SCHEMA.prune(request);
    } catch (ApiException e) {
      throw new ApiException(
          Status.badRequest(
              KIND + " in version \"v1\" cannot be handled as a " + KIND + ": " + e.getMessage()));
    }
  }

  private static void requireSame(
      ObjectNode metadata, String field, String expected, String account) {
    String stated = metadata.path(field).asText();
    if (!stated.isEmpty() && !stated.equals(expected)) {
      throw new ApiException(
          Status.invalid(
              GROUP,
              KIND,
              account,
              List.of(
                  FieldError.invalid(
                      "metadata." + field,
                      stated,
                      "must match the service account " + field + " if specified"))));
    }
  }

  private static void requireValid(long seconds) {
    var errors = new ArrayList<FieldError>();
    if (seconds < MIN_SECONDS) {
      errors.add(invalid(seconds, "may not specify a duration less than 10 minutes"));
    }
    if (seconds > MAX_SECONDS) {
      errors.add(invalid(seconds, "may not specify a duration larger than 2^32 seconds"));
    }
    if (!errors.isEmpty()) {
      throw new ApiException(Status.invalid(GROUP, KIND, "", errors));
    }
  }

  private static FieldError invalid(long seconds, String why) {
    return FieldError.invalid("spec.expirationSeconds", LongNode.valueOf(seconds), why);
  }

  /** The objects that a token is bound to, by the names of their claims. */
  private static Map<String, JsonNode> bound(
      ObjectStore objects, String namespace, String account, JsonNode reference) {
    var bound = new LinkedHashMap<String, JsonNode>();
    if (!reference.isObject()) {
      return bound;
    }
    var kind =
        GroupVersionKind.of(reference.path("apiVersion").asText(), reference.path("kind").asText());
    String name = reference.path("name").asText();
    String resource =
        kind.group().isEmpty()
            ? switch (kind.kind()) {
              case "Node" -> "nodes";
              case "Pod" -> "pods";
              case "Secret" -> "secrets";
              default -> "";
            }
            : "";
    if (resource.isEmpty()) {
      throw new ApiException(
          Status.badRequest(
              "cannot bind token to object of type %s/%s, Kind=%s"
                  .formatted(kind.group(), kind.version(), kind.kind())));
    }
    ObjectNode object =
        found(
            objects,
            new GroupResource("", resource),
            resource.equals("nodes") ? "" : namespace,
            name);
    if (resource.equals("pods")) {
      if (!object.at("/spec/serviceAccountName").asText().equals(account)) {
        throw new ApiException(
            Status.badRequest(
                "cannot bind token for serviceaccount \""
                    + account
                    + "\" to pod running with different serviceaccount name."));
      }
      String node = object.at("/spec/nodeName").asText();
      if (!node.isEmpty()) {
        bound.put("node", nodeOf(objects, node));
      }
    }
    requireUid(kind, reference, object);
    bound.put(resource.substring(0, resource.length() - 1), object);
    return bound;
  }

  /** A Node, or what is known of one that is not there. */
  private static ObjectNode nodeOf(ObjectStore objects, String name) {
    ObjectNode node = objects.get(new GroupResource("", "nodes"), "", name);
    if (node == null) {
      node = JsonNodeFactory.instance.objectNode();
      node.putObject("metadata").put("name", name);
    }
    return node;
  }

  private static void requireUid(GroupVersionKind kind, JsonNode reference, ObjectNode object) {
    String stated = reference.path("uid").asText();
    String uid = object.at("/metadata/uid").asText();
    if (!stated.isEmpty() && !stated.equals(uid)) {
      throw new ApiException(
          Status.conflict(
              new GroupResource(kind.group(), kind.kind()),
              reference.path("name").asText(),
              "the UID in the bound object reference ("
                  + stated
                  + ") does not match the UID in record. The object might have been deleted and"
                  + " then recreated"));
    }
  }

  private static ObjectNode found(
      ObjectStore objects, GroupResource resource, String namespace, String name) {
    ObjectNode object = objects.get(resource, namespace, name);
    if (object == null) {
      throw new ApiException(Status.notFound(resource, name));
    }
    return object;
  }
}
