package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.ConnectHandler;
import io.usher.apiserver.api.ForwardHandler;
import io.usher.apiserver.api.GoText;
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
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Finds what a request to a resource addresses, and has the verb done. */
final class Resources {

  /** What the subresource {@code eviction} takes beside policy/v1: fabric8's client sends it. */
  private static final String OLD_EVICTION = "policy/v1beta1";

  /** Segments of a path from the resource on: resource, name, subresource. */
  static final int MAX_PARTS = 3;

  private static final ObjectNode NO_OPTIONS = JsonNodeFactory.instance.objectNode();

  private final ResourceRegistry registry;
  private final ObjectReader reader;
  private final ObjectWriter writer;
  private final Deletion deletion;
  private final Scales scales;
  private final Admission admission;
  private final BodyReader bodies;
  private final ObjectDecoder decoder;
  private final ObjectStore objects;
  private final Authorizer authorizer;
  private final Clock clock;

  Resources(
      ResourceRegistry registry,
      ObjectReader reader,
      ObjectWriter writer,
      Deletion deletion,
      Admission admission,
      BodyReader bodies,
      ObjectDecoder decoder,
      FieldOwners owners,
      ObjectStore objects,
      Authorizer authorizer,
      Clock clock) {
    this.registry = registry;
    this.reader = reader;
    this.writer = writer;
    this.deletion = deletion;
    this.scales = new Scales(reader, writer, bodies, decoder, owners, clock);
    this.admission = admission;
    this.bodies = bodies;
    this.decoder = decoder;
    this.objects = objects;
    this.authorizer = authorizer;
    this.clock = clock;
  }

  CompletionStage<ApiResponse> answer(
      ApiRequest request,
      RequestInfo info,
      UserInfo user,
      Map<String, String> audit,
      LongSupplier nanosLeft) {
    ApiResource resource = registry.resource(info.group(), info.version(), info.resource());
    boolean proxied = info.subresource().equals("proxy");
    if (resource == null && isUnknown(info)) {
      return done(RequestHandler.pageNotFound());
    }
    if (resource == null || info.parts().size() > MAX_PARTS && !proxied) {
      throw new ApiException(Status.noSuchResource());
    }
    requirePath(info, resource.type());
    Subresource subresource =
        info.subresource().isEmpty() ? null : resource.subresource(info.subresource());
    boolean listed = info.verb().equals("list") || info.verb().equals("watch");
    // What comes from elsewhere has the type that it has.
    Accepted accepted =
        subresource instanceof Subresource.Forward ? Accepted.JSON : Accepted.of(request, listed);
    var renderer = new Renderer(request, resource, accepted, clock);
    var call = new Call(request, info, user, resource, accepted, renderer, audit, nanosLeft);
    if (!info.subresource().isEmpty() && subresource == null) {
      throw new ApiException(
          isCustom(resource.type())
              ? Status.notFound(resource.type().groupResource(), info.name())
              : Status.noSuchResource());
    }
    if (info.parts().size() > 1) {
      requireSegment(info.parts().get(1));
    }
    String warning = resource.version().deprecationWarning();
    CompletionStage<ApiResponse> answer =
        subresource == null ? verb(call) : done(subresource(call, subresource));
    return warning.isEmpty()
        ? answer
        : answer.thenApply(
            response -> response.withHeaders(response.headers().withWarning(warning)));
  }

  private boolean isUnknown(RequestInfo info) {
    boolean nameless = info.group().isEmpty() && info.path().startsWith("/apis/");
    return nameless
        || registry.types().stream()
            .noneMatch(type -> type.group().equals(info.group()) && !isCustom(type));
  }

  /** What a group of custom resources does not have is no resource at all. */
  private static boolean isCustom(ResourceType type) {
    return type.versions().stream().allMatch(version -> version.schema().isCustom());
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

  /** As k8s.io/apimachinery's {@code validate.IsValidPathSegmentName}. */
  private static void requireSegment(String name) {
    String problem =
        name.equals(".") || name.equals("..")
            ? "may not be '" + name + "'"
            : name.contains("%") ? "may not contain '%'" : "";
    if (!problem.isEmpty()) {
      throw new ApiException(
          Status.badRequest("Name parameter invalid: " + GoText.quote(name) + ": " + problem));
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
        || call.request().method().equals("HEAD")
        || (verb == Verb.WATCH && !call.request().method().equals("GET"))) {
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
      case DELETECOLLECTION -> deletion.deleteCollection(call);
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

  /** Whether the body of a request is left to whom it is passed on to. */
  boolean forwards(RequestInfo info) {
    ApiResource resource = registry.resource(info.group(), info.version(), info.resource());
    return info.resourceRequest()
        && resource != null
        && resource.subresource(info.subresource()) instanceof Subresource.Forward;
  }

  private ApiResponse forward(Call call, Subresource.Forward forward) {
    boolean all = forward.verbs().contains(Verb.DELETE);
    Verb verb = verbOf(call.info().verb());
    String method = call.request().method();
    boolean bare = method.equals("HEAD") || method.equals("OPTIONS");
    if (bare ? !all : verb == null || !forward.verbs().contains(verb)) {
      throw new ApiException(Status.methodNotAllowed());
    }
    ObjectNode options = NO_OPTIONS;
    if (ConnectOptions.isKind(forward.kind())) {
      if (call.request().query().has("dryRun")) {
        throw new ApiException(Status.badRequest("dryRun is not supported"));
      }
      AdmissionAttributes attributes =
          connected(call, ConnectOptions.of(forward.kind(), call.request().query(), call.info()));
      options = Objects.requireNonNull(attributes.object());
      if (!all || call.request().headers().first("Upgrade") != null) {
        requireCreate(call);
      }
    }
    return forward
        .handler()
        .forward(new ForwardHandler.Call(call.request(), call.info(), options, objects));
  }

  /** Whoever gets a connection can do more than the method says with which he asks for it. */
  private void requireCreate(Call call) {
    String create = Verb.CREATE.toString();
    if (!call.info().verb().equals(create)) {
      Authorizer.Decision decision =
          authorizer.authorize(call.user(), call.info().withVerb(create));
      if (!decision.allowed()) {
        throw new ApiException(
            Status.forbidden(call.info().groupResource(), call.info().name(), decision.reason()));
      }
    }
  }

  private AdmissionAttributes connected(Call call, ObjectNode options) {
    AdmissionAttributes attributes =
        admission.admit(
            call, Operation.CONNECT, call.info().name(), options, null, NO_OPTIONS, false);
    admission.validate(call, attributes);
    return attributes;
  }

  private ApiResponse subresource(Call call, Subresource subresource) {
    if (subresource instanceof Subresource.Forward forward) {
      return forward(call, forward);
    }
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
    return subresource instanceof Subresource.Connect connect
        ? connected(call, connect)
        : own(call, (Subresource.Own) subresource, verb);
  }

  private ApiResponse connected(Call call, Subresource.Connect connect) {
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    options.put("kind", connect.kind().kind()).put("apiVersion", connect.kind().apiVersion());
    connected(call, options);
    return connect
        .handler()
        .connect(new ConnectHandler.Call(call.request(), call.info(), call.user(), objects));
  }

  private ApiResponse own(Call call, Subresource.Own own, Verb verb) {
    ObjectNode body = null;
    if (call.request().body().length > 0) {
      body = (ObjectNode) bodies.object(call.request(), own.kind()).json();
      if (body.path("apiVersion").asText().equals(OLD_EVICTION)) {
        body.put("apiVersion", own.kind().apiVersion());
      }
      decoder.requireKind(body, own.kind());
    }
    if (body != null && verb == Verb.CREATE) {
      WriteOptions options = WriteOptions.of(call.request().query(), "CreateOptions", false);
      return admitted(call, own, verb, body, options.toJson("CreateOptions"), options.dryRun());
    }
    boolean dryRun = call.request().query().all("dryRun").contains("All");
    return answered(call, own, verb, body, dryRun, List.of());
  }

  private ApiResponse admitted(
      Call call,
      Subresource.Own own,
      Verb verb,
      ObjectNode object,
      ObjectNode options,
      boolean dryRun) {
    AdmissionAttributes attributes =
        admission.admit(call, Operation.CREATE, call.info().name(), object, null, options, dryRun);
    admission.validate(call, attributes);
    return answered(call, own, verb, attributes.object(), dryRun, attributes.warnings());
  }

  private ApiResponse answered(
      Call call,
      Subresource.Own own,
      Verb verb,
      @Nullable ObjectNode body,
      boolean dryRun,
      List<String> warnings) {
    var handled =
        own.handler()
            .handle(new SubresourceHandler.Call(call.info(), call.user(), body, dryRun, objects));
    return call.renderer().document(verb == Verb.CREATE ? 201 : 200, handled, warnings);
  }
}
