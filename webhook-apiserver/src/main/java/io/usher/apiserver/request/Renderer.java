package io.usher.apiserver.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Column;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.storage.StoredObject;
import io.usher.json.LazyJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Objects as a request wants to see them. What is stored as the client sees it is sent as it is
 * stored.
 */
final class Renderer {

  private static final JsonFactory JSON = new JsonFactory();
  private static final ObjectMapper TREES = new ObjectMapper();

  private static final YAMLMapper YAML =
      YAMLMapper.builder(YAMLFactory.builder().stringQuotingChecker(new TimesToo()).build())
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
          .build();

  /** Quotes times as well, which YAML 1.1 takes for something else than text. */
  private static final class TimesToo extends StringQuotingChecker.Default {
    private static final long serialVersionUID = 1L;
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{1,2}-\\d");

    @Override
    public boolean needToQuoteValue(String value) {
      return super.needToQuoteValue(value) || DATE.matcher(value).lookingAt();
    }
  }

  private static final ByteBuffer END = utf8("]}");

  private final ApiRequest request;
  private final ApiResource resource;
  private final Accepted accepted;
  private final Clock clock;

  Renderer(ApiRequest request, ApiResource resource, Accepted accepted, Clock clock) {
    this.request = request;
    this.resource = resource;
    this.accepted = accepted;
    this.clock = clock;
  }

  /** A stored object. */
  ApiResponse object(int code, StoredObject stored, List<String> warnings) {
    if (resource.isStored() && accepted.equals(Accepted.JSON)) {
      return new ApiResponse.Complete(
          code, ApiResponse.headers("application/json", warnings), List.of(stored.json()));
    }
    return object(code, Served.tree(stored, resource), warnings);
  }

  /** An object in the version that the client speaks. */
  ApiResponse object(int code, ObjectNode object, List<String> warnings) {
    return document(code, shaped(object), warnings);
  }

  private ObjectNode shaped(ObjectNode object) {
    return switch (accepted.shape()) {
      case OBJECT -> object;
      case METADATA -> Served.metadata(object, accepted.apiVersion());
      case TABLE -> {
        if (resource.type().answering() != null) {
          throw Accepted.noSuchType();
        }
        yield Tables.of(request, resource.version(), clock, accepted.apiVersion())
            .table(versionOf(object), List.of(object), true);
      }
      case METADATA_LIST ->
          throw new ApiException(
              Status.notAcceptable(
                  "you requested PartialObjectMetadataList, but the requested object is not a list"
                      + " (*"
                      + ObjectDecoder.goType(resource.kind(), resource.kind().kind())
                      + ")"));
    };
  }

  static ObjectNode versionOf(ObjectNode object) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("resourceVersion", ObjectMeta.text(object, "resourceVersion"));
  }

  /**
   * An object of another kind than the resource's own.
   *
   * @param columns of its Table
   */
  ApiResponse object(int code, ObjectNode object, List<Column> columns, List<String> warnings) {
    return accepted.shape() == Accepted.Shape.TABLE
        ? document(
            code,
            Tables.of(request, columns, accepted.apiVersion())
                .table(versionOf(object), List.of(object), true),
            warnings)
        : document(code, object, warnings);
  }

  /** A document that has no other shape. */
  ApiResponse document(int code, ObjectNode document, List<String> warnings) {
    return document(code, document, accepted.yaml(), warnings);
  }

  static ApiResponse document(int code, ObjectNode document, boolean yaml, List<String> warnings) {
    return new ApiResponse.Complete(
        code,
        ApiResponse.headers(yaml ? "application/yaml" : "application/json", warnings),
        List.of(ByteBuffer.wrap(yaml ? yaml(document) : json(document))));
  }

  /** A document of JSON as YAML. */
  static ApiResponse yaml(ApiResponse.Complete document) {
    try {
      return document(
          document.code(), (ObjectNode) TREES.readTree(document.bytes()), true, List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] yaml(JsonNode document) {
    try {
      return YAML.writeValueAsBytes(document);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] json(JsonNode document) {
    var out = new ByteArrayOutputStream();
    try (JsonGenerator generator = JSON.createGenerator(out)) {
      LazyJson.write(document, generator);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** A list of stored objects. */
  ApiResponse list(List<StoredObject> objects, ListMeta metadata) {
    List<String> warnings = List.of();
    switch (accepted.shape()) {
      case METADATA ->
          throw new ApiException(
              Status.notAcceptable(
                  "you requested PartialObjectMetadata, but the requested object is a list (*"
                      + ObjectDecoder.goType(resource.kind(), resource.type().listKind())
                      + ")"));
      case TABLE -> {
        Tables tables = Tables.of(request, resource.version(), clock, accepted.apiVersion());
        return document(
            200, tables.table(metadata.toJson(), Served.trees(objects, resource), true), warnings);
      }
      case METADATA_LIST -> {
        ObjectNode list = head("PartialObjectMetadataList", accepted.apiVersion(), metadata);
        ArrayNode items = list.putArray("items");
        Served.trees(objects, resource)
            .forEach(each -> items.add(Served.metadata(each, accepted.apiVersion())));
        return document(200, list, warnings);
      }
      case OBJECT -> {
        if (accepted.yaml() || !resource.isStored()) {
          return document(200, listTree(objects, metadata), warnings);
        }
        return new ApiResponse.Complete(
            200, ApiResponse.headers("application/json", warnings), parts(objects, metadata));
      }
    }
    throw new IllegalStateException("no such shape: " + accepted.shape());
  }

  private ObjectNode listTree(List<StoredObject> objects, ListMeta metadata) {
    ObjectNode list = head(metadata);
    ArrayNode items = list.putArray("items");
    for (ObjectNode each : Served.trees(objects, resource)) {
      if (resource.version().schema().mergeSchema() != null) {
        each.remove(List.of("kind", "apiVersion"));
      }
      items.add(each);
    }
    return list;
  }

  private ObjectNode head(ListMeta metadata) {
    ObjectNode list = head(resource.type().listKind(), resource.kind().apiVersion(), metadata);
    if (resource.version().schema().isCustom() && metadata.next().isEmpty()) {
      list.withObject("/metadata").put("continue", "");
    }
    return list;
  }

  private static ObjectNode head(String kind, String apiVersion, ListMeta metadata) {
    ObjectNode list = JsonNodeFactory.instance.objectNode();
    list.put("kind", kind).put("apiVersion", apiVersion).set("metadata", metadata.toJson());
    return list;
  }

  /** The list's head, the objects as they are stored, and its end. */
  private List<ByteBuffer> parts(List<StoredObject> objects, ListMeta metadata) {
    String head = head(metadata).toString();
    // Items of built-in kinds leave out what the list's own kind says.
    int left = resource.version().schema().mergeSchema() == null ? 1 : typeLength(resource.kind());
    var parts = new ArrayList<ByteBuffer>(objects.size() * 2 + 2);
    parts.add(utf8(head.substring(0, head.length() - 1) + ",\"items\":["));
    ByteBuffer before = utf8("{");
    ByteBuffer between = utf8(",{");
    for (StoredObject object : objects) {
      parts.add(parts.size() == 1 ? before : between);
      parts.add(object.jsonFrom(left));
    }
    parts.add(END);
    return parts;
  }

  private static int typeLength(GroupVersionKind kind) {
    return utf8("{\"kind\":\"" + kind.kind() + "\",\"apiVersion\":\"" + kind.apiVersion() + "\",")
        .remaining();
  }

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer();
  }
}
