package io.usher.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What containers get that say nothing themselves. A LimitRange's own defaults follow from its
 * bounds: the limit is at most {@code max}, the request is the limit, else {@code min}.
 */
record ContainerDefaults(Map<String, String> requests, Map<String, String> limits) {

  private static final String ANNOTATION = "kubernetes.io/limit-ranger";

  static ContainerDefaults of(JsonNode limitRange) {
    var requests = new LinkedHashMap<String, String>();
    var limits = new LinkedHashMap<String, String>();
    for (JsonNode limit : limitRange.path("spec").path("limits")) {
      if (limit.path("type").asText().equals("Container")) {
        var ofItem = ResourceList.of(limit.path("default"));
        ResourceList.of(limit.path("max")).forEach(ofItem::putIfAbsent);
        requests.putAll(ResourceList.of(limit.path("defaultRequest")));
        ofItem.forEach(requests::putIfAbsent);
        ResourceList.of(limit.path("min")).forEach(requests::putIfAbsent);
        limits.putAll(ofItem);
      }
    }
    return new ContainerDefaults(requests, limits);
  }

  /** Sets them, and notes in an annotation where. */
  void setIn(ObjectNode pod) {
    var notes = new ArrayList<String>();
    setIn(pod, "containers", "container", notes);
    setIn(pod, "initContainers", "init container", notes);
    if (!notes.isEmpty()) {
      pod.withObject("/metadata")
          .withObject("/annotations")
          .put(ANNOTATION, "LimitRanger plugin set: " + String.join("; ", notes));
    }
  }

  private void setIn(ObjectNode pod, String kind, String called, List<String> notes) {
    for (JsonNode container : Pods.list(pod, kind)) {
      if (container instanceof ObjectNode object) {
        String name = called + ' ' + object.path("name").asText();
        set(object, "requests", requests, " request for " + name, notes);
        set(object, "limits", limits, " limit for " + name, notes);
      }
    }
  }

  private static void set(
      ObjectNode container,
      String member,
      Map<String, String> defaults,
      String what,
      List<String> notes) {
    var set = new TreeSet<>(defaults.keySet());
    container.path("resources").path(member).fieldNames().forEachRemaining(set::remove);
    if (!set.isEmpty()) {
      ObjectNode list = container.withObject("/resources").withObject("/" + member);
      set.forEach(resource -> list.put(resource, defaults.get(resource)));
      notes.add(String.join(", ", set) + what);
    }
  }
}
