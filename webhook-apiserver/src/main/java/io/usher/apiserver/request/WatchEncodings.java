package io.usher.apiserver.request;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.storage.EventType;
import io.usher.apiserver.storage.StoredObject;
import io.usher.apiserver.storage.StoredTree;
import io.usher.apiserver.watch.FrameEncoding;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The frames of watches. Those of objects that are not sent as they are stored are encoded once for
 * all watchers that want them so. Thread-safe.
 */
final class WatchEncodings {

  /** Events whose frames are kept: watchers that read take them within a moment of each other. */
  private static final int KEPT = 64;

  /** What they may take together: rows of Tables may carry large objects. */
  private static final long KEPT_BYTES = 4L << 20;

  private final Clock clock;
  private final Map<Form, Encoding> encodings = new ConcurrentHashMap<>();

  /** What decides how a frame looks. */
  private record Form(ApiResource resource, Accepted accepted, String includeObject) {}

  WatchEncodings(Clock clock) {
    this.clock = clock;
  }

  /** Types have changed: what they showed is not needed any more. */
  void clear() {
    encodings.clear();
  }

  /**
   * The frames that a request wants.
   *
   * @throws ApiException 400 or 406 when there are none such
   */
  FrameEncoding encoding(ApiRequest request, ApiResource resource, Accepted accepted) {
    if (accepted.yaml()) {
      throw new ApiException(
          Status.notAcceptable(
              "only the following media types are accepted: application/json;stream=watch"));
    }
    String include = request.query().first("includeObject");
    return encodings.computeIfAbsent(
        new Form(resource, accepted, include),
        form ->
            new Encoding(
                resource,
                accepted.shape(),
                Tables.of(request, resource.version(), clock, accepted.apiVersion())));
  }

  /** A frame that several watchers want. */
  private record Event(StoredObject object, EventType type, boolean first) {}

  private static final class Encoding implements FrameEncoding {
    private final ApiResource resource;
    private final Accepted.Shape shape;
    private final Tables tables;
    private final boolean asStored;
    private final Map<Event, ByteBuffer> kept = new LinkedHashMap<>();
    private long keptBytes;

    Encoding(ApiResource resource, Accepted.Shape shape, Tables tables) {
      this.resource = resource;
      this.shape = shape;
      this.tables = tables;
      this.asStored = shape == Accepted.Shape.OBJECT && resource.isStored();
    }

    @Override
    public ByteBuffer frame(EventType type, StoredTree object, boolean first) {
      if (asStored) {
        return object.object().frame(type);
      }
      var event = new Event(object.object(), type, first && shape == Accepted.Shape.TABLE);
      synchronized (kept) {
        ByteBuffer frame = kept.get(event);
        if (frame == null) {
          frame = encoded(type, Served.tree(object.object(), resource), first);
          keep(event, frame);
        }
        return frame.asReadOnlyBuffer();
      }
    }

    private void keep(Event event, ByteBuffer frame) {
      kept.put(event, frame);
      keptBytes += frame.remaining();
      Iterator<ByteBuffer> eldest = kept.values().iterator();
      while (kept.size() > KEPT || keptBytes > KEPT_BYTES) {
        keptBytes -= eldest.next().remaining();
        eldest.remove();
      }
    }

    @Override
    public ByteBuffer bookmark(long version, boolean initialEventsEnd, boolean first) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      object.put("kind", resource.kind().kind()).put("apiVersion", resource.kind().apiVersion());
      ObjectNode metadata = object.putObject("metadata");
      metadata.put("resourceVersion", Long.toString(version));
      if (initialEventsEnd) {
        metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
      }
      return encoded(EventType.BOOKMARK, object, first);
    }

    private ByteBuffer encoded(EventType type, ObjectNode object, boolean first) {
      ObjectNode shown =
          switch (shape) {
            case METADATA -> Served.metadata(object, tables.apiVersion());
            case TABLE -> tables.table(Renderer.versionOf(object), List.of(object), first);
            default -> object;
          };
      return ByteBuffer.wrap(
              ("{\"type\":\""
                      + type
                      + "\",\"object\":"
                      + new String(Renderer.json(shown), StandardCharsets.UTF_8)
                      + "}\n")
                  .getBytes(StandardCharsets.UTF_8))
          .asReadOnlyBuffer();
    }
  }
}
