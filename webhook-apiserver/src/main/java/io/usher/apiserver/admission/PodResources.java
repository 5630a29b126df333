package io.usher.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a Pod as a whole takes: the sum of its containers and sidecars, or an init container with
 * the sidecars before it where that is more, or what the Pod itself says.
 */
final class PodResources {

  private PodResources() {}

  static Map<String, String> requests(JsonNode pod) {
    return of(pod, "requests");
  }

  static Map<String, String> limits(JsonNode pod) {
    return of(pod, "limits");
  }

  private static Map<String, String> of(JsonNode pod, String member) {
    var sum = new LinkedHashMap<String, String>();
    for (JsonNode container : Pods.list(pod, "containers")) {
      ResourceList.add(sum, list(container, member));
    }
    var sidecars = new LinkedHashMap<String, String>();
    var init = new LinkedHashMap<String, String>();
    for (JsonNode container : Pods.list(pod, "initContainers")) {
      var atOnce = new LinkedHashMap<String, String>(list(container, member));
      if (container.path("restartPolicy").asText().equals("Always")) {
        ResourceList.add(sum, atOnce);
        ResourceList.add(sidecars, atOnce);
        ResourceList.max(init, sidecars);
      } else {
        ResourceList.add(atOnce, sidecars);
        ResourceList.max(init, atOnce);
      }
    }
    ResourceList.max(sum, init);
    list(pod.path("spec"), member)
        .forEach(
            (name, quantity) -> {
              if (name.equals("cpu") || name.equals("memory") || name.startsWith("hugepages-")) {
                sum.put(name, quantity);
              }
            });
    return sum;
  }

  private static Map<String, String> list(JsonNode holder, String member) {
    return ResourceList.of(holder.path("resources").path(member));
  }
}
