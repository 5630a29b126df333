package io.usher.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.usher.cluster.LiveRead;
import io.usher.cluster.LiveReader;
import io.usher.json.LazyJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What one call of a rule asks the API server itself, as far as its class declares it. */
final class CallLive implements LiveReader {

  private static final String LIST = "List";

  private final String rule;
  private final List<LiveRead> reads;
  private final ClusterViews views;
  private final Deadline deadline;

  CallLive(String rule, List<LiveRead> reads, ClusterViews views, Deadline deadline) {
    this.rule = rule;
    this.reads = reads;
    this.views = views;
    this.deadline = deadline;
  }

  @Override
  public <T> Optional<T> get(Class<T> type, String namespace, String name) {
    LiveRead read = declared(type);
    if (isNamespaced(type) == namespace.isEmpty() && isTyped(type)) {
      throw new IllegalArgumentException(
          "rule %s reads a %s %s, but they %s"
              .formatted(
                  rule,
                  type.getSimpleName(),
                  namespace.isEmpty() ? "without a namespace" : "of a namespace",
                  namespace.isEmpty() ? "live in namespaces" : "don't live in namespaces"));
    }
    return get(read, type, namespace, name);
  }

  @Override
  public Optional<GenericKubernetesResource> get(String resource, String namespace, String name) {
    return get(declared(resource), GenericKubernetesResource.class, namespace, name);
  }

  private <T> Optional<T> get(LiveRead read, Class<T> type, String namespace, String name) {
    byte[] json = views.answer(new LiveQuestion.OneObject(read, namespace, name), deadline);
    return json == null
        ? Optional.empty()
        : Optional.of(ObjectMapping.decode(json, type, read.path() + " " + namespace + "/" + name));
  }

  @Override
  public <T> List<T> list(Class<T> type, String namespace, String labels) {
    return list(declared(type), type, namespace, labels);
  }

  @Override
  public List<GenericKubernetesResource> list(String resource, String namespace, String labels) {
    return list(declared(resource), GenericKubernetesResource.class, namespace, labels);
  }

  private <T> List<T> list(LiveRead read, Class<T> type, String namespace, String labels) {
    if (!read.list()) {
      throw new IllegalArgumentException(
          "rule %s lists %s, which its class declares to get alone; add list = true"
              .formatted(rule, read.path()));
    }
    byte[] json = views.answer(new LiveQuestion.Objects(read, namespace, labels), deadline);
    if (json == null) {
      return List.of();
    }
    ObjectNode list = LazyJson.object(json, 0, json.length);
    String kind = list.path("kind").asText();
    var objects = new ArrayList<T>();
    for (JsonNode item : list.path("items")) {
      var object = (ObjectNode) item;
      if (!object.has("kind") && kind.endsWith(LIST)) {
        // A list tells once what its objects are.
        object.set("apiVersion", list.get("apiVersion"));
        object.put("kind", kind.substring(0, kind.length() - LIST.length()));
      }
      objects.add(ObjectMapping.decode(object, type, "a list of " + read.path()));
    }
    return List.copyOf(objects);
  }

  @Override
  public String nodeProxy(String node, String path) {
    return proxied("nodes/proxy", "", node, path);
  }

  @Override
  public String podProxy(String namespace, String pod, String path) {
    return proxied("pods/proxy", namespace, pod, path);
  }

  @Override
  public String serviceProxy(String namespace, String service, String path) {
    return proxied("services/proxy", namespace, service, path);
  }

  private String proxied(String resource, String namespace, String target, String path) {
    LiveRead read =
        declared(each -> each.path().equals(resource) && !each.subresource().isEmpty(), resource);
    byte[] body = views.answer(new LiveQuestion.Proxied(read, namespace, target, path), deadline);
    return body == null ? "" : new String(body, StandardCharsets.UTF_8);
  }

  private LiveRead declared(String resource) {
    return declared(
        read -> read.name().equals(resource) && read.subresource().isEmpty(), '"' + resource + '"');
  }

  private LiveRead declared(Class<?> type) {
    return declared(
        read -> read.type() == type && read.subresource().isEmpty(), type.getSimpleName());
  }

  /** Whether its type tells where an object lives. */
  private static boolean isTyped(Class<?> type) {
    return HasMetadata.class.isAssignableFrom(type) && type != GenericKubernetesResource.class;
  }

  private static boolean isNamespaced(Class<?> type) {
    return Namespaced.class.isAssignableFrom(type);
  }

  private LiveRead declared(Predicate<LiveRead> which, String what) {
    List<LiveRead> found = reads.stream().filter(which).toList();
    if (found.size() != 1) {
      throw new IllegalArgumentException(
          "rule %s reads %s live, of which its class declares %s; declared are: %s"
              .formatted(
                  rule,
                  what,
                  found.isEmpty() ? "no @ReadsLive" : "several",
                  reads.stream()
                      .map(
                          read -> read.name().isEmpty() ? read.type().getSimpleName() : read.name())
                      .collect(Collectors.joining(", "))));
    }
    return found.get(0);
  }
}
