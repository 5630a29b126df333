package io.usher.apiserver.admission.match;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.api.ServedVersion;
import io.usher.apiserver.api.Subresource;
import io.usher.apiserver.api.UserJson;
import org.jspecify.annotations.Nullable;

/**
 * A write as the resource that the rules of a webhook or a policy name: where that is another
 * version than the request's, or of another group, objects are converted there and back.
 *
 * @param resource what is seen
 */
public record VersionedWrite(AdmissionAttributes attributes, ApiResource resource) {

  /** Whether the client speaks of another version, or of another group. */
  public boolean isConverted() {
    return !resource.kind().equals(attributes.resource().kind());
  }

  /** The version that is seen. */
  public ServedVersion version() {
    return resource.version();
  }

  /** The kind of the object that is seen; a subresource may have one of its own. */
  public GroupVersionKind kind() {
    return kind(resource);
  }

  private GroupVersionKind kind(ApiResource of) {
    Subresource subresource = attributes.resource().subresource(attributes.info().subresource());
    GroupVersionKind own = subresource == null ? null : subresource.kind();
    return own != null ? own : of.kind();
  }

  /** The object as it is seen; JSON's null where there is none. */
  public JsonNode object() {
    return seen(attributes.object());
  }

  /** The object before the write as it is seen; JSON's null where there is none. */
  public JsonNode oldObject() {
    return seen(attributes.oldObject());
  }

  private JsonNode seen(@Nullable ObjectNode object) {
    if (object == null) {
      return NullNode.getInstance();
    }
    return isConverted() ? converted(object, attributes.resource(), resource) : object;
  }

  /**
   * Takes over what was made of the object, without fields that the type does not have.
   *
   * @throws ApiException 400 where a field can't hold its value
   */
  public void replaceObject(ObjectNode patched) {
    ApiResource requested = attributes.resource();
    ObjectNode object = isConverted() ? converted(patched, resource, requested) : patched;
    // Options of a connection and their like are of no schema.
    Subresource subresource = attributes.resource().subresource(attributes.info().subresource());
    if (!(subresource instanceof Subresource.Own
        || subresource instanceof Subresource.Connect
        || subresource instanceof Subresource.Forward)) {
      requested.version().schema().prune(object);
      requested.version().schema().setDefaults(object);
    }
    attributes.object(object);
  }

  private ObjectNode converted(ObjectNode object, ApiResource from, ApiResource to) {
    ObjectNode copy = object.deepCopy();
    from.version().conversion().toStored(copy);
    to.version().conversion().fromStored(copy);
    GroupVersionKind kind = kind(to);
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
    request.set("kind", json(kind()));
    request.set("resource", json(resource));
    put(request, "subResource", info.subresource());
    request.set("requestKind", json(kind(attributes.resource())));
    request.set("requestResource", json(attributes.resource()));
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

  private static ObjectNode json(ApiResource resource) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("group", resource.type().group())
        .put("version", resource.version().name())
        .put("resource", resource.type().plural());
  }

  private static void put(ObjectNode json, String member, String text) {
    if (!text.isEmpty()) {
      json.put(member, text);
    }
  }
}
