package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.Status;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/** What the server sets in an object's {@code metadata}, and what it takes from clients. */
final class ObjectMeta {

  private static final String SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789";
  private static final int SUFFIX_LENGTH = 5;

  /** So that name and suffix are a label of DNS. */
  private static final int MAX_GENERATED_PREFIX = 63 - SUFFIX_LENGTH;

  private ObjectMeta() {}

  /**
   * An object's metadata, made when it has none.
   *
   * @throws ApiException 400 when it is no object
   */
  static ObjectNode of(ObjectNode object) {
    JsonNode metadata = object.get("metadata");
    if (metadata == null || metadata.isNull()) {
      return object.putObject("metadata");
    }
    if (metadata instanceof ObjectNode fields) {
      return fields;
    }
    throw new ApiException(
        Status.badRequest("json: metadata must be an object, not " + metadata.getNodeType()));
  }

  /**
   * Refuses metadata that is not of its types, whatever the type's schema says: what the server
   * itself reads must be what it takes it for.
   *
   * @throws ApiException 400 naming the field
   */
  static void requireTypes(ObjectNode object) {
    ObjectNode metadata = of(object);
    for (String field :
        List.of("name", "generateName", "namespace", "uid", "resourceVersion", "selfLink")) {
      require(metadata.path(field), JsonNodeType.STRING, field, "string");
    }
    for (String field : List.of("labels", "annotations")) {
      require(metadata.path(field), JsonNodeType.OBJECT, field, "map[string]string");
      metadata.path(field).forEach(value -> require(value, JsonNodeType.STRING, field, "string"));
    }
    for (String field : List.of("finalizers", "ownerReferences")) {
      require(metadata.path(field), JsonNodeType.ARRAY, field, "array");
    }
    metadata
        .path("finalizers")
        .forEach(value -> require(value, JsonNodeType.STRING, "finalizers", "string"));
    metadata
        .path("ownerReferences")
        .forEach(
            value -> require(value, JsonNodeType.OBJECT, "ownerReferences", "v1.OwnerReference"));
  }

  private static void require(JsonNode value, JsonNodeType type, String field, String goType) {
    if (!value.isMissingNode() && !value.isNull() && value.getNodeType() != type) {
      throw new ApiException(
          Status.badRequest(
              "json: cannot unmarshal "
                  + value.getNodeType().name().toLowerCase(Locale.ROOT)
                  + " into Go struct field ObjectMeta.metadata."
                  + field
                  + " of type "
                  + goType));
    }
  }

  static String text(ObjectNode object, String field) {
    return object.path("metadata").path(field).asText("");
  }

  /** Takes what a client may not say of a new object. */
  static void wipe(ObjectNode metadata) {
    metadata.remove(
        Set.of(
            "uid",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "selfLink"));
  }

  /** Says of a new object what the server knows. */
  static void fill(ObjectNode metadata, Clock clock, boolean generation) {
    metadata.put("uid", UUID.randomUUID().toString());
    metadata.put("creationTimestamp", now(clock));
    if (generation) {
      metadata.remove("generation");
      metadata.put("generation", 1);
    }
    JsonNode managers = metadata.remove("managedFields");
    if (managers != null) {
      metadata.set("managedFields", managers); // last, as kube-apiserver writes them
    }
  }

  /** Gives an object with {@code generateName} a name. */
  static void generateName(ObjectNode metadata, Random random) {
    String prefix = metadata.path("generateName").asText("");
    var name =
        new StringBuilder(
            prefix.length() > MAX_GENERATED_PREFIX
                ? prefix.substring(0, MAX_GENERATED_PREFIX)
                : prefix);
    for (int i = 0; i < SUFFIX_LENGTH; i++) {
      name.append(SUFFIX_LETTERS.charAt(random.nextInt(SUFFIX_LETTERS.length())));
    }
    metadata.put("name", name.toString());
  }

  /** The time as Kubernetes writes it, in seconds. */
  static String now(Clock clock) {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  static boolean hasFinalizers(ObjectNode object) {
    return !object.path("metadata").path("finalizers").isEmpty();
  }

  static boolean isBeingDeleted(ObjectNode object) {
    return object.path("metadata").hasNonNull("deletionTimestamp");
  }
}
