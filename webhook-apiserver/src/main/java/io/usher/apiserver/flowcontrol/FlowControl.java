package io.usher.apiserver.flowcontrol;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ObjectStore.ObjectEvent;
import io.usher.apiserver.api.PathHandler;
import io.usher.apiserver.api.RequestClassifier;
import io.usher.apiserver.api.RequestInfo;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Classifies requests by the FlowSchemas and PriorityLevelConfigurations that it is told of; each
 * request counts as the first FlowSchema that matches it and whose level is there, else as {@code
 * catch-all}. {@code /metrics} has what the levels' shares come to.
 */
public final class FlowControl implements RequestClassifier, PathHandler {

  /** The FlowSchemas. */
  public static final GroupResource SCHEMAS =
      new GroupResource("flowcontrol.apiserver.k8s.io", "flowschemas");

  /** The PriorityLevelConfigurations. */
  public static final GroupResource LEVELS =
      new GroupResource("flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations");

  private static final String CATCH_ALL = "catch-all";
  private static final String METRIC = "apiserver_flowcontrol_nominal_limit_seats";

  /** Guarded by this. */
  private final Map<String, FlowSchema> schemas = new HashMap<>();

  /** Guarded by this. */
  private final PriorityLevels levels = new PriorityLevels();

  private volatile List<Flow> flows = List.of();

  /**
   * Of the last FlowSchema of this name; what no other matches counts as it, also while it is away.
   */
  private volatile Map<String, String> catchAll = Map.of();

  private record Flow(FlowSchema schema, Map<String, String> headers) {}

  /**
   * Takes in the objects of a store, and their changes.
   *
   * @return ends it; what was taken in stays
   */
  public AutoCloseable follow(ObjectStore store) {
    AutoCloseable ofLevels = store.watch(LEVELS, event -> take(event, this::takeLevel));
    AutoCloseable ofSchemas = store.watch(SCHEMAS, event -> take(event, this::takeSchema));
    return () -> {
      ofLevels.close();
      ofSchemas.close();
    };
  }

  private synchronized void take(ObjectEvent event, BiConsumer<JsonNode, Boolean> taking) {
    taking.accept(event.object(), event.type() == ObjectEvent.Type.DELETED);
    var known = new ArrayList<Flow>();
    schemas.values().stream()
        .sorted(FlowSchema.ORDER)
        .forEach(
            schema -> {
              String level = levels.uid(schema.level());
              if (level != null) {
                known.add(new Flow(schema, headers(schema.uid(), level)));
              }
            });
    flows = List.copyOf(known);
    known.stream()
        .filter(flow -> flow.schema().name().equals(CATCH_ALL))
        .forEach(flow -> catchAll = flow.headers());
  }

  private void takeLevel(JsonNode object, boolean gone) {
    if (gone) {
      levels.remove(object);
    } else {
      levels.put(object);
    }
  }

  private void takeSchema(JsonNode object, boolean gone) {
    FlowSchema schema = FlowSchema.of(object);
    if (gone) {
      schemas.remove(schema.name());
    } else {
      schemas.put(schema.name(), schema);
    }
  }

  private static Map<String, String> headers(String schema, String level) {
    return Map.of(
        "X-Kubernetes-PF-FlowSchema-UID", schema, "X-Kubernetes-PF-PriorityLevel-UID", level);
  }

  @Override
  public Map<String, String> classify(UserInfo user, RequestInfo request) {
    for (Flow flow : flows) {
      if (flow.schema().matches(user, request)) {
        return flow.headers();
      }
    }
    return catchAll;
  }

  /** Answers {@code /metrics} in Prometheus' text format. */
  @Override
  public @Nullable ApiResponse answer(ApiRequest request) {
    if (!request.path().equals("/metrics")) {
      return null;
    }
    var text = new StringBuilder(1024);
    text.append("# HELP " + METRIC + " Seats that a priority level has by its shares\n");
    text.append("# TYPE " + METRIC + " gauge\n");
    Map<String, Integer> seats;
    synchronized (this) {
      seats = levels.nominalSeats();
    }
    seats.forEach(
        (name, count) ->
            text.append(METRIC + "{priority_level=\"" + name + "\"} ").append(count).append('\n'));
    return ApiResponse.of(
        200,
        "text/plain; version=0.0.4; charset=utf-8",
        text.toString().getBytes(StandardCharsets.UTF_8));
  }
}
