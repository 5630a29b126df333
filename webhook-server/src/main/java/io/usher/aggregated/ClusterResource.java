package io.usher.aggregated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.usher.admission.GroupVersionResource;
import io.usher.apiserver.api.GroupResource;
import io.usher.client.ClusterClient;
import io.usher.client.ClusterClient.UnreadableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A resource that a cluster serves, by its discovery. */
record ClusterResource(GroupVersionResource name, String kind, boolean namespaced) {

  /**
   * Those of a version, without subresources; none where the version is not served.
   *
   * @param group empty for the core group
   * @throws IOException when the cluster does not say
   */
  static List<ClusterResource> of(ClusterClient client, String group, String version)
      throws IOException {
    String path = path(group, version);
    ClusterClient.Answer answer = client.get(path);
    if (answer.code() == 404) {
      return List.of();
    }
    if (answer.code() != 200) {
      throw new IOException("GET " + path + " was answered " + answer.code());
    }
    var all = new ArrayList<ClusterResource>();
    for (JsonNode each : new JsonMapper().readTree(answer.body()).path("resources")) {
      String plural = each.path("name").asText();
      if (!plural.contains("/")) {
        all.add(
            new ClusterResource(
                new GroupVersionResource(group, version, plural),
                each.path("kind").asText(),
                each.path("namespaced").asBoolean()));
      }
    }
    return all;
  }

  private static String path(String group, String version) {
    return group.isEmpty() ? "/api/" + version : "/apis/" + group + '/' + version;
  }

  /**
   * Reads an object or none, to see whether that can be done.
   *
   * @throws UnreadableException when it can't
   */
  void read(ClusterClient client) {
    String path = path(name.group(), name.version()) + '/' + name.resource() + "?limit=1";
    try {
      ClusterClient.Answer answer = client.get(path);
      if (answer.code() != 200) {
        throw new UnreadableException(message(answer), answer.code(), null);
      }
    } catch (IOException e) {
      throw new UnreadableException(e.toString(), 0, e);
    }
  }

  private static String message(ClusterClient.Answer answer) {
    String message = "";
    try {
      message = new JsonMapper().readTree(answer.body()).path("message").asText();
    } catch (IOException e) {
      // It is not kube-apiserver that answers, but something before it.
      return "answered " + answer.code();
    }
    return message.isEmpty() ? "answered " + answer.code() : message;
  }

  /**
   * What is wrong where the objects of a resource can't be followed, and what to do about it.
   *
   * @param needed the resources of its group that the server needs
   */
  static String problem(
      GroupVersionResource resource, UnreadableException failure, List<String> needed) {
    var named = new GroupResource(resource.group(), resource.resource());
    return "list and watch "
        + named
        + " of the cluster: "
        + failure.getMessage()
        + (failure.code() == 403
            ? "; add to the rules of a ClusterRole of this server: {apiGroups: [\""
                + resource.group()
                + "\"], resources: "
                + needed
                + ", verbs: [list, watch]}"
            : "");
  }
}
