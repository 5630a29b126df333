package io.usher.apiserver.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.QueryParameters;
import io.usher.apiserver.api.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a kubelet is asked for a Pod: the container, and parameters as a kubelet names them. */
final class PodOptions {

  private static final List<String> KINDS_OF_CONTAINERS =
      List.of("initContainers", "containers", "ephemeralContainers");

  private PodOptions() {}

  /** The container that is meant, which need not be said where there is one alone. */
  static String container(ObjectNode pod, String asked) {
    String name = pod.at("/metadata/name").asText();
    var all = new ArrayList<String>();
    for (String kind : KINDS_OF_CONTAINERS) {
      pod.path("spec").path(kind).forEach(each -> all.add(each.path("name").asText()));
    }
    JsonNode containers = pod.at("/spec/containers");
    if (asked.isEmpty() && containers.size() == 1) {
      return containers.get(0).path("name").asText();
    }
    if (asked.isEmpty()) {
      throw new ApiException(
          Status.badRequest(
              "a container name must be specified for pod "
                  + name
                  + ", choose one of: ["
                  + String.join(" ", all)
                  + ']'));
    }
    if (!all.contains(asked)) {
      throw new ApiException(
          Status.badRequest("container " + asked + " is not valid for pod " + name));
    }
    return asked;
  }

  /**
   * Of {@code exec} and {@code attach}. Admission sees defaults for what comes out; a kubelet is
   * told what the client said.
   */
  static SortedMap<String, List<String>> streams(ObjectNode options, QueryParameters query) {
    var parameters = new TreeMap<String, List<String>>();
    flag(parameters, "input", options.path("stdin").asBoolean());
    flag(parameters, "output", query.isTrue("stdout"));
    flag(parameters, "error", query.isTrue("stderr"));
    flag(parameters, "tty", options.path("tty").asBoolean());
    var command = new ArrayList<String>();
    options.path("command").forEach(each -> command.add(each.asText()));
    if (!command.isEmpty()) {
      parameters.put("command", command);
    }
    return parameters;
  }

  /** Of {@code portforward}. */
  static SortedMap<String, List<String>> ports(ObjectNode options) {
    var ports = new ArrayList<String>();
    options.path("ports").forEach(each -> ports.add(each.asText()));
    var parameters = new TreeMap<String, List<String>>();
    if (!ports.isEmpty()) {
      parameters.put("port", List.of(String.join(",", ports)));
    }
    return parameters;
  }

  private static void flag(SortedMap<String, List<String>> parameters, String name, boolean set) {
    if (set) {
      parameters.put(name, List.of("1"));
    }
  }
}
