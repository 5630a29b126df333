package io.usher.apiserver.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.MediaType;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.schema.ProtobufObject;
import io.usher.json.ContainerOffsets;
import io.usher.json.DuplicateNames;
import io.usher.json.NameCount;
import io.usher.json.Utf8;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the document that a request brings, in one pass: it is within the limits, UTF-8, and one
 * document of valid JSON, or YAML or protobuf that says the same. Objects are not made into nodes
 * beyond that until somebody reads them. Thread-safe.
 */
final class BodyReader {

  /** As kube-apiserver: 3 MiB. */
  static final int MAX_BYTES = 3 << 20;

  /** No Kubernetes type nests so deep; a custom resource that does is a mistake or an attack. */
  private static final int MAX_DEPTH = 256;

  /** Of a number, with its sign. */
  private static final int MAX_EXPONENT_LENGTH = 9;

  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder()
          .maxNestingDepth(MAX_DEPTH)
          .maxStringLength(MAX_BYTES)
          .maxNameLength(MAX_BYTES)
          .build();

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(LIMITS)
          .build();

  private static final YAMLFactory YAML =
      YAMLFactory.builder().streamReadConstraints(LIMITS).build();

  private static final ObjectMapper TREES =
      new ObjectMapper(JSON)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .setNodeFactory(new JsonNodeFactory(true));

  /** The media type of a request's body; JSON when it states none. */
  static MediaType mediaType(ApiRequest request) {
    String type = request.headers().first("Content-Type");
    return MediaType.parse(type == null || type.isBlank() ? "application/json" : type);
  }

  /**
   * Reads an object that is JSON, YAML or protobuf by its Content-Type.
   *
   * @param kind of what it should be
   * @throws ApiException 400, 413 or 415
   */
  Body object(ApiRequest request, GroupVersionKind kind) {
    String type = mediaType(request).name();
    try {
      Body body =
          switch (type) {
            case "application/json" -> read(request.body(), false, true);
            case "application/yaml" -> read(request.body(), true, true);
            case ProtobufObject.MEDIA_TYPE -> protobuf(request.body(), kind);
            default -> throw unknownFormat("");
          };
      if (!body.json().isObject()) {
        throw new IOException("it is no object");
      }
      return body;
    } catch (IOException e) {
      String format = type.substring(type.lastIndexOf('/') + 1);
      throw new ApiException(
          Status.badRequest(
              "the object provided is unrecognized (must be of type "
                  + kind.kind()
                  + "): couldn't get version/kind; "
                  + (format.equals("json") ? "json parse error" : format)
                  + ": "
                  + problem(e, request.body())));
    }
  }

  private static Body protobuf(byte[] body, GroupVersionKind kind) throws IOException {
    requireSize(body);
    ObjectNode object = ProtobufObject.read(body, kind);
    if (object == null) {
      throw unknownFormat("; a " + kind.kind() + " has no protobuf form: send application/json");
    }
    return new Body(object, List.of());
  }

  private static ApiException unknownFormat(String advice) {
    return new ApiException(
        Status.unsupportedMediaType(
            "the body of the request was in an unknown format - accepted media types include:"
                + " application/json, application/yaml"
                + advice));
  }

  /**
   * Reads a patch, which is JSON.
   *
   * @throws ApiException 400 or 413
   */
  Body patch(ApiRequest request) {
    try {
      return read(request.body(), false, false);
    } catch (IOException e) {
      throw new ApiException(
          Status.badRequest("error decoding patch: " + problem(e, request.body())));
    }
  }

  private Body read(byte[] body, boolean yaml, boolean lazy) throws IOException {
    requireSize(body);
    for (int i = 0; i < Math.min(body.length, 4); i++) {
      // A parser would take the bytes for UTF-16 or UTF-32.
      if (body[i] == 0 || (i == 0 && (body[i] & 0xff) >= 0xef)) {
        throw new IOException("byte " + i + " begins no JSON in UTF-8");
      }
    }
    int malformed = Utf8.firstMalformed(body);
    if (malformed >= 0) {
      throw new IOException("byte " + malformed + " is not UTF-8");
    }
    byte[] json = yaml ? fromYaml(body) : body;
    var nameCount = new NameCount();
    var offsets = new ContainerOffsets(nameCount);
    var duplicates = new ArrayList<String>();
    boolean object = walk(json, offsets, nameCount, duplicates);
    if (object && lazy && duplicates.isEmpty()) {
      return new Body(offsets.object(json), duplicates);
    }
    JsonNode tree = TREES.readTree(json);
    return new Body(
        tree == null || (lazy && tree.isNull()) ? JsonNodeFactory.instance.objectNode() : tree,
        duplicates);
  }

  private static void requireSize(byte[] body) {
    if (body.length > MAX_BYTES) {
      throw new ApiException(Status.requestEntityTooLarge("limit is " + MAX_BYTES));
    }
  }

  /** Walks the whole document; whether it is an object. */
  private static boolean walk(
      byte[] json, ContainerOffsets offsets, NameCount nameCount, List<String> duplicates)
      throws IOException {
    try (JsonParser parser = JSON.createParser(json)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new IOException("unexpected end of JSON input (<empty>)");
      }
      var names = new ArrayList<DuplicateNames>();
      int depth = 0;
      for (JsonToken token = first; token != null; token = parser.nextToken()) {
        switch (token) {
          case START_OBJECT, START_ARRAY -> {
            offsets.begin(ContainerOffsets.offset(parser));
            if (depth == names.size()) {
              names.add(new DuplicateNames());
            }
            names.get(depth++).clear();
          }
          case END_OBJECT, END_ARRAY -> {
            offsets.end(ContainerOffsets.offset(parser) + 1);
            depth--;
          }
          case FIELD_NAME -> {
            String name = parser.currentName();
            nameCount.add(name);
            if (!names.get(depth - 1).add(name)) {
              duplicates.add(path(parser.getParsingContext().pathAsPointer()));
            }
          }
          case VALUE_NUMBER_FLOAT -> requireNumber(parser.getText());
          default -> {
            // Only that it is valid.
          }
        }
        if (depth == 0 && parser.nextToken() != null) {
          throw new IOException("invalid character after top-level value");
        }
        if (depth == 0) {
          break;
        }
      }
      return first == JsonToken.START_OBJECT;
    }
  }

  /** Refuses what Go's numbers can't hold either, and what no parser makes a decimal of. */
  private static void requireNumber(String text) throws IOException {
    int exponent = Math.max(text.indexOf('e'), text.indexOf('E')) + 1;
    boolean tooLong = exponent > 0 && text.length() - exponent > MAX_EXPONENT_LENGTH;
    if (tooLong || Double.isInfinite(Double.parseDouble(text))) {
      throw new IOException("cannot unmarshal number " + text + " into Go value of type float64");
    }
  }

  /** {@code /spec/containers/0/name} as {@code spec.containers[0].name}. */
  private static String path(JsonPointer pointer) {
    var path = new StringBuilder();
    for (JsonPointer at = pointer; !at.matches(); at = at.tail()) {
      if (at.mayMatchElement() && path.length() > 0) {
        path.append('[').append(at.getMatchingIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(at.getMatchingProperty());
      }
    }
    return path.toString();
  }

  private static byte[] fromYaml(byte[] yaml) throws IOException {
    var json = new ByteArrayOutputStream(yaml.length * 2);
    try (YAMLParser parser = YAML.createParser(yaml);
        JsonGenerator generator = JSON.createGenerator(json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (parser.isCurrentAlias()) {
          throw new IOException(
              "an alias, *" + parser.getText() + ": write out what it stands for");
        }
        generator.copyCurrentEvent(parser);
      }
    }
    return json.toByteArray();
  }

  private static String problem(IOException e, byte[] body) {
    if (body.length == 0) {
      return "unexpected end of JSON input (<empty>)";
    }
    if (!(e instanceof JsonProcessingException parsing)) {
      return String.valueOf(e.getMessage());
    }
    JsonLocation location = parsing.getLocation();
    String text = parsing.getOriginalMessage().lines().findFirst().orElse("");
    return location == null
        ? text
        : "line " + location.getLineNr() + " column " + location.getColumnNr() + ": " + text;
  }

  /** An object of {@code DeleteOptions} and the like, empty when there is no body. */
  ObjectNode options(ApiRequest request, GroupVersionKind kind) {
    return request.body().length == 0
        ? JsonNodeFactory.instance.objectNode()
        : (ObjectNode) object(request, kind).json();
  }
}
