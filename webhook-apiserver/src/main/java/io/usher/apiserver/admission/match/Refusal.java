package io.usher.apiserver.admission.match;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.Status;

/** What the client of a refused write gets: k8s.io/apiserver's {@code admission/errors.go}. */
public final class Refusal {

  private Refusal() {}

  /** A 403 that names the object, or what is known of its name. */
  public static ApiException of(AdmissionAttributes attributes, String why) {
    return new ApiException(status(attributes, why));
  }

  /** The status of the same. */
  public static Status status(AdmissionAttributes attributes, String why) {
    return Status.forbidden(attributes.info().groupResource(), name(attributes), why);
  }

  /** The object's name, or what it has in the place of one. */
  public static String name(AdmissionAttributes attributes) {
    if (!attributes.name().isEmpty() || attributes.object() == null) {
      return attributes.name().isEmpty() ? "Unknown" : attributes.name();
    }
    JsonNode metadata = attributes.object().path("metadata");
    for (String member : new String[] {"name", "generateName"}) {
      String name = metadata.path(member).asText();
      if (!name.isEmpty()) {
        return name;
      }
    }
    return "Unknown";
  }
}
