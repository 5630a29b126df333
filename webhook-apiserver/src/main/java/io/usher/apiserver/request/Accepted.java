package io.usher.apiserver.request;

import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.MediaType;
import io.usher.apiserver.api.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the client wants the answer.
 *
 * @param yaml whether as YAML
 * @param shape what of the objects
 */
record Accepted(boolean yaml, Shape shape) {

  /** What of an object the client wants. */
  enum Shape {
    OBJECT,
    TABLE,
    METADATA,
    METADATA_LIST
  }

  static final Accepted JSON = new Accepted(false, Shape.OBJECT);

  private static final String TYPES =
      "only the following media types are accepted: application/json, application/yaml";

  /**
   * The first type of the Accept header that the server has.
   *
   * @throws ApiException 406 when there is none
   */
  static Accepted of(ApiRequest request) {
    List<MediaType> types = MediaType.accepted(request.headers());
    if (types.isEmpty()) {
      return JSON;
    }
    for (MediaType type : types) {
      Accepted accepted = accepted(type);
      if (accepted != null) {
        return accepted;
      }
    }
    throw new ApiException(Status.notAcceptable(TYPES));
  }

  private static @Nullable Accepted accepted(MediaType type) {
    boolean yaml = type.name().equals("application/yaml");
    boolean json =
        type.name().equals("application/json")
            || type.name().equals("application/*")
            || type.name().equals("*/*");
    if (!yaml && !json) {
      return null;
    }
    String as = type.parameter("as");
    if (as.isEmpty()) {
      return new Accepted(yaml, Shape.OBJECT);
    }
    boolean meta = type.parameter("g").equals("meta.k8s.io");
    String version = type.parameter("v");
    if (!meta || !(version.equals("v1") || version.equals("v1beta1"))) {
      return null;
    }
    return switch (as) {
      case "Table" -> new Accepted(yaml, Shape.TABLE);
      case "PartialObjectMetadata" -> new Accepted(yaml, Shape.METADATA);
      case "PartialObjectMetadataList" -> new Accepted(yaml, Shape.METADATA_LIST);
      default -> null;
    };
  }
}
