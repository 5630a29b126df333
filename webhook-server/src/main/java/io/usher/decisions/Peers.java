package io.usher.decisions;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.admission.GroupVersionResource;
import io.usher.client.ClusterClient;
import io.usher.client.ClusterClient.Change;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The other replicas, as the EndpointSlices of the Service name them: no DNS is asked. Those that
 * are not ready are among them, as they may have decided. Thread-safe.
 */
final class Peers implements AutoCloseable {

  private static final GroupVersionResource SLICES =
      new GroupVersionResource("discovery.k8s.io", "v1", "endpointslices");

  /** The port's name in the Service. */
  private static final String PORT = "api";

  /** More replicas than anybody runs. */
  private static final int MOST = 100;

  private final String self;
  private final Map<String, List<Peer>> slices = new ConcurrentHashMap<>();
  private final AutoCloseable watch;

  /**
   * A replica.
   *
   * @param name its Pod's, or its address where no Pod is named
   * @param authority {@code HOST:PORT}
   */
  record Peer(String name, String authority) {}

  /**
   * Knows those that are there when this returns.
   *
   * @param self the name of this replica
   */
  Peers(ClusterClient client, String namespace, String service, String self) {
    this.self = self;
    watch =
        client.follow(
            SLICES, namespace, Map.of("kubernetes.io/service-name", service), this::changed);
  }

  private void changed(Change change) {
    String slice = change.object().path("metadata").path("name").asText();
    if (change.type() == Change.Type.DELETED) {
      slices.remove(slice);
    } else {
      slices.put(slice, peers(change.object()));
    }
  }

  private static List<Peer> peers(JsonNode slice) {
    var peers = new ArrayList<Peer>();
    for (JsonNode port : slice.path("ports")) {
      if (port.path("name").asText().equals(PORT)) {
        for (JsonNode endpoint : slice.path("endpoints")) {
          peers.add(peer(endpoint, port.path("port").asInt()));
        }
      }
    }
    return peers;
  }

  private static Peer peer(JsonNode endpoint, int port) {
    String address = endpoint.path("addresses").path(0).asText();
    String host = address.contains(":") ? '[' + address + ']' : address;
    return new Peer(endpoint.path("targetRef").path("name").asText(address), host + ':' + port);
  }

  /** All but this one, by name. */
  Collection<Peer> now() {
    var byName = new TreeMap<String, Peer>();
    Stream<Peer> all = slices.values().stream().flatMap(List::stream);
    all.filter(each -> !each.name().equals(self))
        .limit(MOST)
        .forEach(each -> byName.put(each.name(), each));
    return byName.values();
  }

  @Override
  public void close() throws Exception {
    watch.close();
  }
}
