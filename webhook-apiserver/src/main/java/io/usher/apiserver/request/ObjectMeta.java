package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.Status;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
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
            "selfLink",
            "generation",
            "managedFields"));
  }

  /** Says of a new object what the server knows. */
  static void fill(ObjectNode metadata, Clock clock, boolean generation) {
    metadata.put("uid", UUID.randomUUID().toString());
    metadata.put("creationTimestamp", now(clock));
    if (generation) {
      metadata.put("generation", 1);
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
