package io.usher.apiserver.request;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.api.Subresource;
import io.usher.apiserver.api.SubresourceHandler;
import io.usher.apiserver.api.Verb;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds what a request to a resource addresses, and has the verb done. */
final class Resources {

  /** Segments of a path from the resource on: resource, name, subresource. */
  private static final int MAX_PARTS = 3;

  /** {@code 1m30s}, as Go writes durations. */
  private static final Pattern GO_DURATION =
      Pattern.compile("[-+]?(0|((\\d++(\\.\\d*+)?|\\.\\d++)(ns|us|µs|μs|ms|s|m|h))++)");

  private final ResourceRegistry registry;
  private final ObjectReader reader;
  private final ObjectWriter writer;
  private final Deletion deletion;
  private final Scales scales;
  private final BodyReader bodies;
  private final ObjectStore objects;
  private final Clock clock;

  Resources(
      ResourceRegistry registry,
      ObjectReader reader,
      ObjectWriter writer,
      Deletion deletion,
      BodyReader bodies,
      ObjectStore objects,
      Clock clock) {
    this.registry = registry;
    this.reader = reader;
    this.writer = writer;
    this.deletion = deletion;
    this.scales = new Scales(reader, writer, bodies);
    this.bodies = bodies;
    this.objects = objects;
    this.clock = clock;
  }

  CompletionStage<ApiResponse> answer(
      ApiRequest request, RequestInfo info, UserInfo user, Map<String, String> audit) {
    ApiResource resource = registry.resource(info.group(), info.version(), info.resource());
    if (resource == null || info.parts().size() > MAX_PARTS) {
      throw new ApiException(Status.noSuchResource());
    }
    requirePath(info, resource.type());
    requireTimeout(request.query().first("timeout"));
    Accepted accepted = Accepted.of(request);
    var renderer = new Renderer(request, resource, accepted, clock);
    var call = new Call(request, info, user, resource, accepted, renderer, audit);
    Subresource subresource =
        info.subresource().isEmpty() ? null : resource.type().subresource(info.subresource());
    if (!info.subresource().isEmpty() && subresource == null) {
      throw new ApiException(Status.noSuchResource());
    }
    String warning = resource.version().deprecationWarning();
    CompletionStage<ApiResponse> answer =
        subresource == null ? verb(call) : done(subresource(call, subresource));
    return warning.isEmpty()
        ? answer
        : answer.thenApply(
            response -> response.withHeaders(response.headers().withWarning(warning)));
  }

  private static void requireTimeout(String timeout) {
    if (!timeout.isEmpty() && !GO_DURATION.matcher(timeout).matches()) {
      throw new ApiException(
          Status.badRequest(
              "invalid timeout specified in the request URL - time: invalid duration \""
                  + timeout
                  + '"'));
    }
  }

  /** A namespaced object has its namespace in the path, another has none. */
  private static void requirePath(RequestInfo info, ResourceType type) {
    boolean inNamespace = !info.namespace().isEmpty() && !info.resource().equals("namespaces");
    boolean named = info.parts().size() > 1;
    boolean below = info.resource().equals("namespaces") && !info.namespace().isEmpty() && !named;
    if (below
        || (inNamespace && !type.namespaced())
        || (named && type.namespaced() && !inNamespace)
        || (named && info.parts().get(1).isEmpty())) {
      throw new ApiException(Status.noSuchResource());
    }
    boolean wants = info.verb().equals("create") || info.verb().equals("deletecollection");
    if (wants && type.namespaced() && !inNamespace) {
      throw new ApiException(Status.methodNotAllowed());
    }
  }

  private CompletionStage<ApiResponse> verb(Call call) {
    boolean named = call.info().parts().size() > 1;
    Verb verb = verbOf(call.info().verb());
    boolean fits =
        verb != null
            && switch (verb) {
              case GET, UPDATE, PATCH, DELETE -> named;
              case CREATE, LIST, DELETECOLLECTION -> !named;
              case WATCH -> true;
            };
    if (verb == null
        || !fits
        || !call.resource().type().verbs().contains(verb)
        || call.request().method().equals("HEAD")) {
      throw new ApiException(Status.methodNotAllowed());
    }
    return switch (verb) {
      case GET -> reader.get(call);
      case LIST -> reader.list(call);
      case WATCH -> reader.watch(call);
      case CREATE -> done(writer.create(call));
      case UPDATE -> done(writer.update(call, null));
      case PATCH -> done(writer.patch(call, null));
      case DELETE -> done(deletion.delete(call));
      case DELETECOLLECTION -> done(deletion.deleteCollection(call));
    };
  }

  private static @Nullable Verb verbOf(String spelling) {
    for (Verb verb : Verb.values()) {
      if (verb.toString().equals(spelling)) {
        return verb;
      }
    }
    return null;
  }

  private static CompletionStage<ApiResponse> done(ApiResponse response) {
    return CompletableFuture.completedFuture(response);
  }

  private ApiResponse subresource(Call call, Subresource subresource) {
    Verb verb = verbOf(call.info().verb());
    if (verb == null || !subresource.verbs().contains(verb)) {
      throw new ApiException(Status.methodNotAllowed());
    }
    if (subresource instanceof Subresource.Part part) {
      return switch (verb) {
        case UPDATE -> writer.update(call, part);
        case PATCH -> writer.patch(call, part);
        default -> call.renderer().object(200, reader.stored(call), List.of());
      };
    }
    if (subresource instanceof Subresource.Scale scale) {
      return switch (verb) {
        case UPDATE -> scales.update(call, scale);
        case PATCH -> scales.patch(call, scale);
        default -> scales.get(call, scale);
      };
    }
    return own(call, (Subresource.Own) subresource, verb);
  }

  private ApiResponse own(Call call, Subresource.Own own, Verb verb) {
    boolean dryRun = call.request().query().all("dryRun").contains("All");
    var body =
        call.request().body().length == 0
            ? null
            : bodies.options(call.request(), own.kind().kind());
    if (body != null) {
      ObjectDecoder.requireKind(body, own.kind());
    }
    var handled =
        own.handler()
            .handle(new SubresourceHandler.Call(call.info(), call.user(), body, dryRun, objects));
    return call.renderer().document(verb == Verb.CREATE ? 201 : 200, handled, List.of());
  }
}
