package com.example.theatre;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.ConnectHandler;
import io.usher.apiserver.api.FrameSink;
import io.usher.apiserver.api.FrameStream;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ObjectStore.ObjectEvent;
import io.usher.apiserver.api.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET .../shows/NAME/sales}: a line of JSON for each ticket of the show, for those that are
 * there and then for each that is sold. It goes on until the client goes.
 */
final class Sales implements FrameStream {

  private static final GroupResource SHOWS = new GroupResource(Shows.GROUP, "shows");
  private static final GroupResource TICKETS = new GroupResource(Shows.GROUP, "tickets");

  /** A client who leaves more unread is cut off. */
  private static final int MAX_UNREAD = 10_000;

  private final ObjectStore objects;
  private final String namespace;
  private final String show;
  private final Queue<ByteBuffer> unread = new ArrayDeque<>();
  private @Nullable FrameSink sink;
  private boolean sending;

  private Sales(ObjectStore objects, String namespace, String show) {
    this.objects = objects;
    this.namespace = namespace;
    this.show = show;
  }

  static ApiResponse connect(ConnectHandler.Call call) {
    String namespace = call.info().namespace();
    String name = call.info().name();
    if (call.objects().get(SHOWS, namespace, name) == null) {
      throw new ApiException(Status.notFound(SHOWS, name));
    }
    return new ApiResponse.Streaming(
        200,
        Headers.of(Map.of("Content-Type", List.of("application/json"))),
        new Sales(call.objects(), namespace, name));
  }

  @Override
  public void start(FrameSink client) {
    synchronized (this) {
      sink = client;
    }
    AutoCloseable watch = objects.watch(TICKETS, this::take);
    client.onClose(() -> end(watch));
  }

  private static void end(AutoCloseable watch) {
    try {
      watch.close();
    } catch (Exception e) {
      throw new IllegalStateException("end a watch of tickets", e);
    }
  }

  private synchronized void take(ObjectEvent event) {
    ObjectNode ticket = event.object();
    if (event.type() != ObjectEvent.Type.ADDED
        || !ticket.at("/spec/show").asText().equals(show)
        || !ticket.at("/metadata/namespace").asText().equals(namespace)) {
      return;
    }
    ObjectNode sale = JsonNodeFactory.instance.objectNode();
    sale.set("ticket", ticket.at("/metadata/name"));
    sale.set("seat", Tickets.seat(ticket));
    unread.add(ByteBuffer.wrap((sale + "\n").getBytes(StandardCharsets.UTF_8)));
    if (unread.size() > MAX_UNREAD && sink != null) {
      sink.abort();
      unread.clear();
    }
    send();
  }

  /** One call at a time: the next when the transport can take more. */
  private synchronized void send() {
    if (!sending && !unread.isEmpty() && sink != null) {
      sending = true;
      List<ByteBuffer> frames = List.copyOf(unread);
      unread.clear();
      sink.send(frames, this::sent);
    }
  }

  private synchronized void sent() {
    sending = false;
    send();
  }
}
