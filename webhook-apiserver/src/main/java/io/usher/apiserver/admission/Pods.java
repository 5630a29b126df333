package io.usher.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.GroupResource;
import java.util.ArrayList;
import java.util.List;

/** Pods as the plugins about them need them. */
final class Pods {

  private static final GroupResource RESOURCE = new GroupResource("", "pods");

  /** In the order in which kube-apiserver visits them. */
  private static final List<String> KINDS =
      List.of("initContainers", "containers", "ephemeralContainers");

  /**
   * A container of a Pod.
   *
   * @param path where it is, {@code spec.containers[0]}
   */
  record Container(String path, ObjectNode json) {}

  private Pods() {}

  static boolean isPod(AdmissionAttributes attributes) {
    return attributes.info().groupResource().equals(RESOURCE);
  }

  /** All of them, ephemeral ones included. */
  static List<Container> containers(JsonNode pod) {
    var containers = new ArrayList<Container>();
    for (String kind : KINDS) {
      JsonNode list = pod.path("spec").path(kind);
      for (int i = 0; i < list.size(); i++) {
        if (list.get(i) instanceof ObjectNode container) {
          containers.add(new Container("spec." + kind + '[' + i + ']', container));
        }
      }
    }
    return containers;
  }

  /** A list of the spec; empty where it has none. */
  static Iterable<JsonNode> list(JsonNode pod, String member) {
    return pod.path("spec").path(member);
  }

  /** A list of an object, made if it is not there. */
  static ArrayNode withArray(ObjectNode object, String member) {
    return object.path(member) instanceof ArrayNode array ? array : object.putArray(member);
  }
}
