package io.usher.apiserver.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.GoText;
import io.usher.apiserver.api.MediaType;
import io.usher.apiserver.api.ObjectSchema;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.schema.ProtobufObject;
import io.usher.apiserver.schema.TypedSchema;
import io.usher.json.ContainerOffsets;
import io.usher.json.DuplicateNames;
import io.usher.json.NameCount;
import io.usher.json.Utf8;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

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

  /**
   * What the paths of a body's fields may have together, in characters: a long name of an object is
   * in the path of each of its fields. Those of bodies of use have a few times {@link #MAX_BYTES}.
   */
  private static final long MAX_PATHS = 32 << 20;

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
      YAMLFactory.builder()
          .streamReadConstraints(LIMITS)
          // Jackson's default, which its builder forgets.
          .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
          .build();

  private static final String NO_KIND = "couldn't get version/kind; ";
  private static final String PARSE_ERROR = "json parse error: ";
  private static final String NO_TYPE_META =
      "json: cannot unmarshal %s into Go value of type struct { APIVersion string"
          + " \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }";

  private static final ObjectSchema DELETE_OPTIONS_SCHEMA =
      TypedSchema.builtIn(DeleteOptions.KIND, options -> {});

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
    return object(request, kind, false);
  }

  /** The same of a resource; a custom one has to say its kind and version. */
  Body object(ApiRequest request, ApiResource resource) {
    return object(request, resource.kind(), resource.version().schema().isCustom());
  }

  private Body object(ApiRequest request, GroupVersionKind kind, boolean typed) {
    return object(
        request,
        kind,
        typed,
        problem ->
            "the object provided is unrecognized (must be of type "
                + kind.kind()
                + "): "
                + problem
                + " ("
                + GoJson.summary(request.body())
                + ')');
  }

  private Body object(
      ApiRequest request, GroupVersionKind kind, boolean typed, UnaryOperator<String> message) {
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
        String problem = NO_TYPE_META.formatted(goType(body.json()));
        throw new ApiException(Status.badRequest(message.apply(NO_KIND + PARSE_ERROR + problem)));
      }
      requireTyped(body, request, typed, message);
      return body;
    } catch (IOException e) {
      String format = type.substring(type.lastIndexOf('/') + 1);
      throw new ApiException(Status.badRequest(message.apply(problem(e, format, request.body()))));
    }
  }

  /** Of custom resources only the body itself says what it is. */
  private static void requireTyped(
      Body body, ApiRequest request, boolean typed, UnaryOperator<String> message) {
    for (String member : typed ? List.of("kind", "apiVersion") : List.<String>of()) {
      if (body.json().path(member).asText().isEmpty()) {
        String name = member.equals("kind") ? "Kind" : member;
        String text = new String(request.body(), StandardCharsets.UTF_8);
        throw new ApiException(
            Status.badRequest(message.apply("Object '" + name + "' is missing in '" + text + "'")));
      }
    }
  }

  static String goType(JsonNode json) {
    return json.isBoolean() ? "bool" : json.getNodeType().name().toLowerCase(Locale.ROOT);
  }

  /** What is wrong with a body, as kube-apiserver says it where it knows the problem, too. */
  private static String problem(IOException e, String format, byte[] body) {
    return switch (format) {
      case "json" -> NO_KIND + PARSE_ERROR + syntaxProblem(e, body);
      case "yaml" -> "yaml: " + problem(e);
      default -> NO_KIND + format + ": " + problem(e);
    };
  }

  /** What Go says of a body that is no JSON, unless the body is beyond a limit that Go has not. */
  private static String syntaxProblem(IOException e, byte[] body) {
    String syntax = e instanceof StreamConstraintsException ? "" : GoJson.problem(body);
    return syntax.isEmpty() ? problem(e) : syntax;
  }

  private static Body protobuf(byte[] body, GroupVersionKind kind) throws IOException {
    requireSize(body);
    ObjectNode object = ProtobufObject.read(body, kind);
    if (object == null) {
      throw unknownFormat("; a " + kind.kind() + " has no protobuf form: send application/json");
    }
    return new Body(object, List.of(), List.of());
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
          Status.badRequest("error decoding patch: " + syntaxProblem(e, request.body())));
    }
  }

  /**
   * Reads a configuration to apply, which is YAML.
   *
   * @throws ApiException 400 or 413
   */
  Body applied(ApiRequest request) {
    try {
      Body body = read(request.body(), true, true);
      if (body.json().isObject()) {
        return body;
      }
      throw new IOException(
          "json: cannot unmarshal "
              + goType(body.json())
              + " into Go value of type map[string]interface {}");
    } catch (IOException e) {
      throw new ApiException(
          Status.badRequest("error decoding YAML: " + problem(e, "yaml", request.body())));
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
    var yamlProblems = new ArrayList<String>();
    byte[] json = yaml ? fromYaml(withoutTabs(body), yamlProblems) : body;
    var nameCount = new NameCount();
    var offsets = new ContainerOffsets(nameCount);
    var names = new Names();
    boolean object = walk(json, offsets, nameCount, names);
    if (object && lazy && !names.repeated) {
      return new Body(offsets.object(json), List.of(), yamlProblems);
    }
    JsonNode tree = yaml || !names.repeated ? TREES.readTree(json) : merged(json);
    return new Body(
        tree == null || (lazy && tree.isNull()) ? JsonNodeFactory.instance.objectNode() : tree,
        yaml || !names.repeated ? List.of() : members(json),
        yamlProblems);
  }

  /**
   * A document in braces with blanks for its tabs, which YAML's parser of this server refuses there
   * and Go's takes. Tabs within quotes stay.
   */
  private static byte[] withoutTabs(byte[] yaml) {
    int start = 0;
    while (start < yaml.length && " \t\r\n".indexOf(yaml[start]) >= 0) {
      start++;
    }
    if (start == yaml.length || yaml[start] != '{') {
      return yaml;
    }
    byte[] spaced = yaml.clone();
    byte quote = 0;
    for (int i = 0; i < spaced.length; i++) {
      byte each = spaced[i];
      if (quote == '"' && each == '\\') {
        i++;
      } else if (each == '"' || each == '\'') {
        quote = quote == 0 ? each : quote == each ? 0 : quote;
      } else if (each == '\t' && quote == 0) {
        spaced[i] = ' ';
      }
    }
    return spaced;
  }

  /** The names in the containers that are open. */
  private static final class Names {
    private final List<DuplicateNames> open = new ArrayList<>();
    private int depth;
    private boolean repeated;

    void begin() {
      if (depth == open.size()) {
        open.add(new DuplicateNames());
      }
      open.get(depth++).clear();
    }

    void end() {
      depth--;
    }

    /** Follows a token that opens or closes a container. */
    void follow(JsonToken token) {
      if (token.isStructStart()) {
        begin();
      } else if (token.isStructEnd()) {
        end();
      }
    }

    /** Whether a name is new. */
    boolean add(String name) {
      boolean isNew = open.get(depth - 1).add(name);
      repeated |= !isNew;
      return isNew;
    }
  }

  /** As Go decodes a field that is there twice: into what the first has left. */
  private static JsonNode merged(byte[] json) throws IOException {
    try (JsonParser parser = TREES.createParser(json)) {
      parser.nextToken();
      return merged(parser, null);
    }
  }

  private static JsonNode merged(JsonParser parser, @Nullable JsonNode before) throws IOException {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      ObjectNode object =
          before instanceof ObjectNode first ? first : JsonNodeFactory.instance.objectNode();
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        parser.nextToken();
        object.set(name, merged(parser, object.get(name)));
      }
      return object;
    }
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        array.add(merged(parser, null));
      }
      return array;
    }
    return TREES.readTree(parser);
  }

  private static List<Body.Member> members(byte[] json) throws IOException {
    var members = new ArrayList<Body.Member>();
    var names = new Names();
    long length = 0;
    try (JsonParser parser = JSON.createParser(json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.FIELD_NAME) {
          String path = path(parser.getParsingContext().pathAsPointer());
          length += path.length();
          if (length > MAX_PATHS) {
            throw new IOException(
                "a field is there twice, and the paths of all fields have more than "
                    + MAX_PATHS
                    + " characters: write each field once");
          }
          members.add(new Body.Member(path, !names.add(parser.currentName())));
        } else {
          names.follow(token);
        }
      }
    }
    return members;
  }

  private static void requireSize(byte[] body) {
    if (body.length > MAX_BYTES) {
      throw new ApiException(Status.requestEntityTooLarge("limit is " + MAX_BYTES));
    }
  }

  /** Walks the whole document; whether it is an object. */
  private static boolean walk(
      byte[] json, ContainerOffsets offsets, NameCount nameCount, Names names) throws IOException {
    try (JsonParser parser = JSON.createParser(json)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new IOException("unexpected end of JSON input");
      }
      for (JsonToken token = first; token != null; token = parser.nextToken()) {
        switch (token) {
          case START_OBJECT, START_ARRAY -> {
            offsets.begin(ContainerOffsets.offset(parser));
            names.begin();
          }
          case END_OBJECT, END_ARRAY -> {
            offsets.end(ContainerOffsets.offset(parser) + 1);
            names.end();
          }
          case FIELD_NAME -> {
            String name = parser.currentName();
            nameCount.add(name);
            names.add(name);
          }
          case VALUE_NUMBER_FLOAT -> requireNumber(parser.getText());
          default -> {
            // Only that it is valid.
          }
        }
        if (names.depth == 0 && parser.nextToken() != null) {
          throw new IOException("invalid character after top-level value");
        }
        if (names.depth == 0) {
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

  private static byte[] fromYaml(byte[] yaml, List<String> problems) throws IOException {
    var names = new Names();
    var json = new ByteArrayOutputStream(yaml.length * 2);
    try (YAMLParser parser = YAML.createParser(yaml);
        JsonGenerator generator = JSON.createGenerator(json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (parser.isCurrentAlias()) {
          throw new IOException(
              "an alias, *" + parser.getText() + ": write out what it stands for");
        }
        names.follow(token);
        if (token == JsonToken.FIELD_NAME
            && !names.add(parser.currentName())
            && problems.size() < ObjectSchema.MAX_TOLD) {
          problems.add(
              "line %d: key %s already set in map"
                  .formatted(
                      parser.currentTokenLocation().getLineNr(),
                      GoText.quote(parser.currentName())));
        }
        generator.copyCurrentEvent(parser);
      }
    }
    return json.toByteArray();
  }

  private static String problem(IOException e) {
    if (!(e instanceof JsonProcessingException parsing)) {
      return String.valueOf(e.getMessage());
    }
    JsonLocation location = parsing.getLocation();
    String text = parsing.getOriginalMessage().lines().findFirst().orElse("");
    return location == null
        ? text
        : "line " + location.getLineNr() + " column " + location.getColumnNr() + ": " + text;
  }

  /**
   * {@code DeleteOptions}, empty when there is no body.
   *
   * @throws ApiException 400, 413 or 415
   */
  ObjectNode deleteOptions(ApiRequest request) {
    if (request.body().length == 0) {
      return JsonNodeFactory.instance.objectNode();
    }
    ObjectNode options =
        (ObjectNode) object(request, DeleteOptions.KIND, false, problem -> problem).json();
    String kind = options.path("kind").asText(DeleteOptions.KIND.kind());
    if (!kind.equals(DeleteOptions.KIND.kind())) {
      throw new ApiException(
          Status.badRequest(
              ObjectDecoder.notRegistered(kind, options.path("apiVersion").asText())));
    }
    DELETE_OPTIONS_SCHEMA.prune(options);
    return options;
  }
}
