package io.usher.apiserver.admission.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.api.Subresource;
import io.usher.apiserver.api.UserJson;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call of a webhook for a write, in the version that the webhook's rules name: where that is not
 * the request's own, objects are converted there and back.
 *
 * @param version the version that the webhook sees
 */
record Invocation(Webhook webhook, AdmissionAttributes attributes, ServedVersion version) {

  private ResourceType type() {
    return attributes.resource().type();
  }

  private boolean isConverted() {
    return !version.name().equals(attributes.resource().version().name());
  }

  /** The kind of the object that the webhook sees; a subresource may have one of its own. */
  private GroupVersionKind kind(String versionName) {
    Subresource subresource = attributes.resource().subresource(attributes.info().subresource());
    GroupVersionKind own = subresource == null ? null : subresource.kind();
    return own != null ? own : new GroupVersionKind(type().group(), versionName, type().kind());
  }

  /** The object as the webhook sees it; JSON's null where there is none. */
  JsonNode object() {
    return seen(attributes.object());
  }

  private JsonNode seen(@Nullable ObjectNode object) {
    if (object == null) {
      return NullNode.getInstance();
    }
    return isConverted() ? converted(object, attributes.resource().version(), version) : object;
  }

  /**
   * Takes over what the webhook made of the object, without fields that the type does not have.
   *
   * @throws ApiException 400 where a field can't hold its value
   */
  void replaceObject(ObjectNode patched) {
    ServedVersion requested = attributes.resource().version();
    ObjectNode object = isConverted() ? converted(patched, version, requested) : patched;
    // Options of a connection and their like are of no schema.
    Subresource subresource = attributes.resource().subresource(attributes.info().subresource());
    if (!(subresource instanceof Subresource.Own
        || subresource instanceof Subresource.Connect
        || subresource instanceof Subresource.Forward)) {
      requested.schema().prune(object);
      requested.schema().setDefaults(object);
    }
    attributes.object(object);
  }

  private ObjectNode converted(ObjectNode object, ServedVersion from, ServedVersion to) {
    ObjectNode copy = object.deepCopy();
    from.conversion().toStored(copy);
    to.conversion().fromStored(copy);
    GroupVersionKind kind = kind(to.name());
    copy.put(
        "apiVersion",
        kind.group().isEmpty() ? kind.version() : kind.group() + '/' + kind.version());
    copy.put("kind", kind.kind());
    return copy;
  }

  /** What conditions see. */
  Map<String, JsonNode> variables() {
    ObjectNode request = request("");
    return Map.of(
        "object", request.remove("object"),
        "oldObject", request.remove("oldObject"),
        "request", request);
  }

  /** The {@code request} of the AdmissionReview, its members in Kubernetes' order. */
  ObjectNode request(String uid) {
    RequestInfo info = attributes.info();
    ObjectNode request = JsonNodeFactory.instance.objectNode().put("uid", uid);
    request.set("kind", json(kind(version.name())));
    request.set("resource", resource(version.name()));
    put(request, "subResource", info.subresource());
    request.set("requestKind", json(kind(info.version())));
    request.set("requestResource", resource(info.version()));
    put(request, "requestSubResource", info.subresource());
    put(request, "name", attributes.name());
    put(request, "namespace", attributes.namespace());
    request.put("operation", attributes.operation().name());
    request.set("userInfo", UserJson.of(attributes.user()));
    request.set("object", object());
    request.set("oldObject", seen(attributes.oldObject()));
    request.put("dryRun", attributes.dryRun());
    request.set(
        "options", attributes.options().isEmpty() ? NullNode.getInstance() : attributes.options());
    return request;
  }

  private static ObjectNode json(GroupVersionKind kind) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("group", kind.group())
        .put("version", kind.version())
        .put("kind", kind.kind());
  }

  private ObjectNode resource(String versionName) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("group", attributes.info().group())
        .put("version", versionName)
        .put("resource", attributes.info().resource());
  }

  private static void put(ObjectNode json, String member, String text) {
    if (!text.isEmpty()) {
      json.put(member, text);
    }
  }
}
