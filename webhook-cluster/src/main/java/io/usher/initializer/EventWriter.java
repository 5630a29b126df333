package io.usher.initializer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.listwatch.ListWatch;
import java.io.IOException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes Kubernetes Events about objects, for {@code kubectl describe}. */
final class EventWriter {

  private static final Logger LOG = LoggerFactory.getLogger(EventWriter.class);

  private static final String COMPONENT = "usher-initializer";

  /** As the API server allows of an Event's message. */
  private static final int LONGEST = 1024;

  private final ListWatch api;
  private final Clock clock;

  EventWriter(ListWatch api, Clock clock) {
    this.api = api;
    this.clock = clock;
  }

  /** Writes a warning about an object; that it can't be written is logged alone. */
  void warn(ObjectKey object, String reason, String message) throws InterruptedException {
    // Events about objects that are in no namespace are in default.
    String namespace = object.namespace().isEmpty() ? "default" : object.namespace();
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("apiVersion", "v1").put("kind", "Event");
    event
        .putObject("metadata")
        .put("name", object.name() + "." + UUID.randomUUID().toString().substring(0, 13))
        .put("namespace", namespace);
    ObjectNode involved = event.putObject("involvedObject");
    involved
        .put("apiVersion", object.kind().apiVersion())
        .put("kind", object.kind().kind())
        .put("name", object.name())
        .put("uid", object.uid());
    if (!object.namespace().isEmpty()) {
      involved.put("namespace", object.namespace());
    }
    event
        .put("type", "Warning")
        .put("reason", reason)
        .put("message", message.length() > LONGEST ? message.substring(0, LONGEST) : message)
        .put("count", 1)
        .put("firstTimestamp", now)
        .put("lastTimestamp", now)
        .put("reportingComponent", COMPONENT);
    event.putObject("source").put("component", COMPONENT);
    try {
      api.send("POST", "api/v1/namespaces/" + namespace + "/events", "application/json", event);
    } catch (IOException e) {
      LOG.warn("an Event about {} could not be written: {}", object, e.getMessage());
    }
  }
}
