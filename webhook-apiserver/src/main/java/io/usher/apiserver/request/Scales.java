package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionKind;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Column;
import io.usher.apiserver.api.FieldError;
import io.usher.apiserver.api.MediaType;
import io.usher.apiserver.api.ObjectSchema;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.api.Subresource;
import io.usher.apiserver.schema.TypedSchema;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** The subresource {@code scale}. */
final class Scales {

  private static final ObjectSchema SCHEMA =
      TypedSchema.builtIn(new GroupVersionKind("autoscaling", "v1", "Scale"), scale -> {});

  private final ObjectReader reader;
  private final ObjectWriter writer;
  private final BodyReader bodies;
  private final ObjectDecoder decoder;
  private final FieldOwners owners;
  private final List<Column> columns;

  Scales(
      ObjectReader reader,
      ObjectWriter writer,
      BodyReader bodies,
      ObjectDecoder decoder,
      FieldOwners owners,
      Clock clock) {
    this.reader = reader;
    this.writer = writer;
    this.bodies = bodies;
    this.decoder = decoder;
    this.owners = owners;
    this.columns =
        List.of(
            Column.ofName().withFormat(""),
            replicas(
                "Desired",
                "replicas is the desired number of instances for the scaled object.",
                "/spec/replicas"),
            replicas(
                "Available",
                "replicas is the actual number of observed instances of the scaled object.",
                "/status/replicas"),
            Column.ofAge(clock));
  }

  private static Column replicas(String name, String description, String pointer) {
    return new Column(
        name, "integer", "", description, 0, scale -> IntNode.valueOf(scale.at(pointer).asInt()));
  }

  ApiResponse get(Call call, Subresource.Scale scale) {
    ObjectNode object = Served.tree(reader.stored(call), call.resource());
    if (at(object, scale.specReplicas()).isMissingNode()) {
      throw new ApiException(
          Status.internalError(
              "the spec replicas field \"." + scale.specReplicas() + "\" does not exist"));
    }
    return call.renderer().object(200, scaleOf(object, scale), columns, List.of());
  }

  ApiResponse update(Call call, Subresource.Scale scale) {
    WriteOptions options = WriteOptions.of(call.request().query(), "UpdateOptions", false);
    var warnings = new ArrayList<String>();
    ObjectNode wanted =
        decoder.object(
            bodies.object(call.request(), scale.kind()),
            scale.kind(),
            SCHEMA,
            options.fieldValidation(),
            warnings);
    ObjectWriter.requireStatedName(wanted, call);
    return write(
        call, scale, options, warnings, false, current -> scaled(current, scale, wanted, call));
  }

  ApiResponse patch(Call call, Subresource.Scale scale) {
    MediaType type = BodyReader.mediaType(call.request());
    if (Patches.isApply(type)) {
      return apply(call, scale);
    }
    WriteOptions options = WriteOptions.of(call.request().query(), "PatchOptions", false);
    Patches patches = Patches.of(type, call.resource());
    JsonNode patch = bodies.patch(call.request()).json();
    patches.check(patch);
    ObjectNode present = scaleOf(Served.tree(reader.stored(call), call.resource()), scale);
    // The version is that of the object as it is written, unless the patch states one.
    ObjectMeta.of(present).remove("resourceVersion");
    ObjectNode wanted = patches.apply(present, patch, call.resource());
    return write(
        call,
        scale,
        options,
        new ArrayList<>(),
        false,
        current -> scaled(current, scale, wanted, call));
  }

  /** Applies a number of replicas: what the object would be asked for by who applies it. */
  private ApiResponse apply(Call call, Subresource.Scale scale) {
    WriteOptions options = WriteOptions.of(call.request().query(), "PatchOptions", true);
    Body body = bodies.applied(call.request());
    var warnings = new ArrayList<String>();
    ObjectDecoder.requireOnce(body, options.fieldValidation(), warnings);
    FieldOwners.requireApplicable(body.json(), scale.kind(), SCHEMA);
    GroupVersionKind kind = call.resource().kind();
    ObjectNode applied = JsonNodeFactory.instance.objectNode();
    applied.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    if (body.json().path("spec").has("replicas")) {
      set(applied, scale.specReplicas(), replicas((ObjectNode) body.json(), call));
    }
    return write(
        call,
        scale,
        options,
        warnings,
        true,
        current ->
            ObjectDecoder.applied(
                owners.applied(call, current, applied, options), call.resource()));
  }

  private static ObjectNode scaled(
      ObjectNode current, Subresource.Scale scale, ObjectNode wanted, Call call) {
    String version = ObjectMeta.text(wanted, "resourceVersion");
    if (!version.isEmpty()) {
      ObjectMeta.of(current).put("resourceVersion", version);
    }
    set(current, scale.specReplicas(), replicas(wanted, call));
    return current;
  }

  private ApiResponse write(
      Call call,
      Subresource.Scale scale,
      WriteOptions options,
      List<String> warnings,
      boolean applies,
      UnaryOperator<ObjectNode> change) {
    ObjectNode[] result = new ObjectNode[1];
    ApiResponse response =
        writer.write(
            call,
            null,
            options,
            warnings,
            applies,
            current -> {
              result[0] = change.apply(current);
              return result[0];
            });
    ObjectNode written =
        options.dryRun() ? result[0] : Served.tree(reader.stored(call), call.resource());
    return call.renderer().object(response.code(), scaleOf(written, scale), columns, warnings);
  }

  private static int replicas(ObjectNode wanted, Call call) {
    JsonNode replicas = wanted.path("spec").path("replicas");
    if (!replicas.isMissingNode() && !replicas.canConvertToInt()) {
      throw new ApiException(
          Status.badRequest("Scale: spec.replicas must be an integer, not " + replicas));
    }
    // The schema of custom resources says so itself.
    if (replicas.asInt() < 0 && !call.resource().version().schema().isCustom()) {
      var error =
          FieldError.invalid("spec.replicas", replicas, "must be greater than or equal to 0");
      throw new ApiException(
          Status.invalid("autoscaling", "Scale", call.info().name(), List.of(error)));
    }
    return replicas.asInt();
  }

  private static void set(ObjectNode object, String path, int value) {
    String[] names = path.split("\\.");
    ObjectNode at = object;
    for (int i = 0; i < names.length - 1; i++) {
      at = at.withObjectProperty(names[i]);
    }
    at.put(names[names.length - 1], value);
  }

  private static ObjectNode scaleOf(ObjectNode object, Subresource.Scale paths) {
    ObjectNode scale = JsonNodeFactory.instance.objectNode();
    scale.put("kind", "Scale").put("apiVersion", "autoscaling/v1");
    ObjectNode metadata = scale.putObject("metadata");
    for (String field :
        List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
      JsonNode value = object.path("metadata").get(field);
      if (value != null) {
        metadata.set(field, value);
      }
    }
    ObjectNode spec = scale.putObject("spec");
    int replicas = at(object, paths.specReplicas()).asInt();
    if (replicas != 0) {
      spec.put("replicas", replicas);
    }
    ObjectNode status = scale.putObject("status");
    status.put("replicas", at(object, paths.statusReplicas()).asInt());
    String selector = selector(at(object, paths.selector()));
    if (!selector.isEmpty()) {
      status.put("selector", selector);
    }
    return scale;
  }

  private static JsonNode at(ObjectNode object, String path) {
    return object.at('/' + path.replace('.', '/'));
  }

  /** A selector as text: {@code a=b,tier in (x,y)}. */
  private static String selector(JsonNode selector) {
    if (selector.isTextual()) {
      return selector.textValue();
    }
    boolean terms = selector.has("matchLabels") || selector.has("matchExpressions");
    var byKey = new TreeMap<String, String>();
    JsonNode labels = terms ? selector.path("matchLabels") : selector;
    for (Map.Entry<String, JsonNode> label : labels.properties()) {
      byKey.put(label.getKey(), label.getKey() + '=' + label.getValue().asText());
    }
    for (JsonNode each :
        terms ? selector.path("matchExpressions") : JsonNodeFactory.instance.arrayNode()) {
      String key = each.path("key").asText();
      var values = new ArrayList<String>();
      each.path("values").forEach(value -> values.add(value.asText()));
      String in = '(' + String.join(",", values) + ')';
      byKey.put(
          key,
          switch (each.path("operator").asText()) {
            case "In" -> key + " in " + in;
            case "NotIn" -> key + " notin " + in;
            case "DoesNotExist" -> '!' + key;
            default -> key;
          });
    }
    return String.join(",", byKey.values());
  }
}
