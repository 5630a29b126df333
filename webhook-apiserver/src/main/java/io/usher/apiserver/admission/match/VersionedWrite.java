package io.usher.apiserver.admission.match;

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
import org.jspecify.annotations.Nullable;

/**
 * A write in the version that the rules of a webhook or a policy name: where that is not the
 * request's own, objects are converted there and back.
 *
 * @param version the version that is seen
 */
public record VersionedWrite(AdmissionAttributes attributes, ServedVersion version) {

  private ResourceType type() {
    return attributes.resource().type();
  }

  private boolean isConverted() {
    return !version.name().equals(attributes.resource().version().name());
  }

  /** The object's kind in this version; a subresource may have one of its own. */
  public GroupVersionKind kind() {
    return kind(version.name());
  }

  private GroupVersionKind kind(String versionName) {
    Subresource subresource = attributes.resource().subresource(attributes.info().subresource());
    GroupVersionKind own = subresource == null ? null : subresource.kind();
    return own != null ? own : new GroupVersionKind(type().group(), versionName, type().kind());
  }

  /** The object in this version; JSON's null where there is none. */
  public JsonNode object() {
    return seen(attributes.object());
  }

  /** The object before the write in this version; JSON's null where there is none. */
  public JsonNode oldObject() {
    return seen(attributes.oldObject());
  }

  private JsonNode seen(@Nullable ObjectNode object) {
    if (object == null) {
      return NullNode.getInstance();
    }
    return isConverted() ? converted(object, attributes.resource().version(), version) : object;
  }

  /**
   * Takes over what was made of the object, without fields that the type does not have.
   *
   * @throws ApiException 400 where a field can't hold its value
   */
  public void replaceObject(ObjectNode patched) {
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

  /**
   * The {@code request} of an AdmissionReview, its members in Kubernetes' order, without its uid
   * and without the objects.
   */
  public ObjectNode request() {
    RequestInfo info = attributes.info();
    ObjectNode request = JsonNodeFactory.instance.objectNode();
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
