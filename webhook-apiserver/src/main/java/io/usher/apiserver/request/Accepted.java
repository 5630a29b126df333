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
 * @param apiVersion of a Table and of metadata, {@code meta.k8s.io/v1}
 */
record Accepted(boolean yaml, Shape shape, String apiVersion) {

  /** What of an object the client wants. */
  enum Shape {
    OBJECT,
    TABLE,
    METADATA,
    METADATA_LIST
  }

  private static final String META = "meta.k8s.io/v1";

  static final Accepted JSON = new Accepted(false, Shape.OBJECT, META);

  private static final String TYPES = "application/json, application/yaml";

  /**
   * The first type of the Accept header that the server has.
   *
   * @param streams whether a watch would be there as well
   * @throws ApiException 406 when there is none
   */
  static Accepted of(ApiRequest request, boolean streams) {
    List<MediaType> types = MediaType.accepted(request.headers());
    if (types.isEmpty()) {
      return JSON;
    }
    if (types.stream().noneMatch(type -> isKnown(type.name()))) {
      throw new ApiException(
          Status.noRepresentation(TYPES + (streams ? ", application/json;stream=watch" : "")));
    }
    for (MediaType type : types) {
      Accepted accepted = accepted(type);
      if (accepted != null) {
        return accepted;
      }
    }
    throw noSuchType();
  }

  /** 406: the client wants a shape that there is not. */
  static ApiException noSuchType() {
    return new ApiException(
        Status.notAcceptable("only the following media types are accepted: " + TYPES));
  }

  private static boolean isKnown(String type) {
    return type.equals("application/json") || type.equals("application/yaml") || type.equals("*/*");
  }

  private static @Nullable Accepted accepted(MediaType type) {
    boolean yaml = type.name().equals("application/yaml");
    if (!isKnown(type.name()) && !type.name().equals("application/*")) {
      return null;
    }
    String as = type.parameter("as");
    if (as.isEmpty()) {
      return new Accepted(yaml, Shape.OBJECT, META);
    }
    boolean meta = type.parameter("g").equals("meta.k8s.io");
    String version = type.parameter("v");
    if (!meta || !(version.equals("v1") || version.equals("v1beta1"))) {
      return null;
    }
    String apiVersion = "meta.k8s.io/" + version;
    return switch (as) {
      case "Table" -> new Accepted(yaml, Shape.TABLE, apiVersion);
      case "PartialObjectMetadata" -> new Accepted(yaml, Shape.METADATA, apiVersion);
      case "PartialObjectMetadataList" -> new Accepted(yaml, Shape.METADATA_LIST, apiVersion);
      default -> null;
    };
  }
}
