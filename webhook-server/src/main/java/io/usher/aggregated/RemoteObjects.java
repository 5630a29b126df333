package io.usher.aggregated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.GroupVersionResource;
import io.usher.apiserver.admission.policy.ParamKind;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectNames;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.Status;
import io.usher.client.ClusterClient;
import io.usher.client.ClusterClient.Change;
import io.usher.client.ClusterClient.UnreadableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What admission needs of the cluster: its Namespaces, webhook configurations, and admission
 * policies with their bindings, followed. Nothing is written. Thread-safe.
 */
final class RemoteObjects implements ObjectStore, AutoCloseable {

  static final GroupResource NAMESPACES = new GroupResource("", "namespaces");

  private static final Logger LOG = LoggerFactory.getLogger(RemoteObjects.class);

  private static final String ADMISSION = "admissionregistration.k8s.io";
  private static final String VERSION = "v1";

  private static final GroupResource MUTATING_POLICIES =
      new GroupResource(ADMISSION, "mutatingadmissionpolicies");
  private static final GroupResource VALIDATING_POLICIES =
      new GroupResource(ADMISSION, "validatingadmissionpolicies");

  private static final List<GroupResource> ALL =
      List.of(
          NAMESPACES,
          MUTATING_POLICIES,
          new GroupResource(ADMISSION, "mutatingadmissionpolicybindings"),
          new GroupResource(ADMISSION, "mutatingwebhookconfigurations"),
          VALIDATING_POLICIES,
          new GroupResource(ADMISSION, "validatingadmissionpolicybindings"),
          new GroupResource(ADMISSION, "validatingwebhookconfigurations"));

  private final ClusterClient client;
  private final Map<GroupResource, Followed> followed = new HashMap<>();
  private final List<AutoCloseable> watches = new ArrayList<>();

  /** The objects of one resource by their names, and who is told of them. */
  private static final class Followed {
    private final TreeMap<String, ObjectNode> objects = new TreeMap<>();
    private final List<Consumer<ObjectEvent>> listeners = new ArrayList<>();

    private synchronized void take(Change change) {
      String name = change.object().path("metadata").path("name").asText();
      if (change.type() == Change.Type.DELETED) {
        objects.remove(name);
      } else {
        objects.put(name, change.object());
      }
      var type = ObjectEvent.Type.valueOf(change.type().name());
      listeners.forEach(each -> each.accept(new ObjectEvent(type, change.object().deepCopy())));
    }

    private synchronized @Nullable ObjectNode get(String name) {
      ObjectNode object = objects.get(name);
      return object == null ? null : object.deepCopy();
    }

    private synchronized List<ObjectNode> list() {
      return objects.values().stream().map(ObjectNode::deepCopy).toList();
    }

    private synchronized AutoCloseable add(Consumer<ObjectEvent> listener) {
      objects
          .values()
          .forEach(
              each -> listener.accept(new ObjectEvent(ObjectEvent.Type.ADDED, each.deepCopy())));
      listeners.add(listener);
      return () -> remove(listener);
    }

    private synchronized void remove(Consumer<ObjectEvent> listener) {
      listeners.remove(listener);
    }
  }

  /**
   * Reads them, and follows them from now on.
   *
   * @param client stays the caller's
   * @throws IllegalStateException when they can't be read; the message names what, and the rule
   *     that is missing
   */
  RemoteObjects(ClusterClient client) {
    this.client = client;
    try {
      Set<String> served = served();
      var absent = new ArrayList<String>();
      for (GroupResource each : ALL) {
        var objects = new Followed();
        followed.put(each, objects);
        if (each.equals(NAMESPACES) || served.contains(each.resource())) {
          watches.add(follow(each, objects));
        } else {
          absent.add(each.resource());
        }
      }
      if (!absent.isEmpty()) {
        LOG.warn("the cluster has no {} in {}/{}: none decide here", absent, ADMISSION, VERSION);
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private Set<String> served() {
    try {
      return ClusterResource.of(client, ADMISSION, VERSION).stream()
          .map(each -> each.name().resource())
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new IllegalStateException(
          "ask the cluster for its kinds of admission: " + e.getMessage(), e);
    }
  }

  private AutoCloseable follow(GroupResource resource, Followed objects) {
    var name = new GroupVersionResource(resource.group(), VERSION, resource.resource());
    try {
      return client.follow(name, objects::take);
    } catch (UnreadableException e) {
      List<String> needed =
          ALL.stream()
              .filter(each -> each.group().equals(resource.group()))
              .map(GroupResource::resource)
              .toList();
      throw new IllegalStateException(ClusterResource.problem(name, e, needed), e);
    }
  }

  /** The kinds of parameters that policies name. */
  Set<ParamKind> paramKinds() {
    return Stream.of(MUTATING_POLICIES, VALIDATING_POLICIES)
        .flatMap(policies -> of(policies).list().stream())
        .map(policy -> policy.at("/spec/paramKind"))
        .filter(JsonNode::isObject)
        .map(ParamKind::of)
        .collect(Collectors.toSet());
  }

  private Followed of(GroupResource resource) {
    Followed known = followed.get(resource);
    if (known == null) {
      throw new IllegalArgumentException(resource + " is not followed: " + followed.keySet());
    }
    return known;
  }

  /** A Namespace that is not known yet is asked for: it may be new. */
  @Override
  public @Nullable ObjectNode get(GroupResource resource, String namespace, String name) {
    ObjectNode known = of(resource).get(name);
    return known == null && resource.equals(NAMESPACES) ? namespaceNow(name) : known;
  }

  private @Nullable ObjectNode namespaceNow(String name) {
    if (!ObjectNames.labelProblems(name, false).isEmpty()) {
      // It comes from a client's path, and goes into another.
      return null;
    }
    try {
      ClusterClient.Answer answer = client.get("/api/v1/namespaces/" + name);
      if (answer.code() == 404) {
        return null;
      }
      if (answer.code() != 200) {
        throw new IOException("answered " + answer.code());
      }
      return (ObjectNode) new JsonMapper().readTree(answer.body());
    } catch (IOException e) {
      throw new ApiException(
          Status.internalError("the namespace can't be read"),
          "read namespace " + name + ": " + e.getMessage());
    }
  }

  @Override
  public List<ObjectNode> list(GroupResource resource, String namespace) {
    return of(resource).list();
  }

  @Override
  public AutoCloseable watch(GroupResource resource, Consumer<ObjectEvent> listener) {
    return of(resource).add(listener);
  }

  @Override
  public ObjectNode create(GroupResource resource, ObjectNode object) {
    throw readOnly();
  }

  @Override
  public ObjectNode update(GroupResource resource, ObjectNode object) {
    throw readOnly();
  }

  @Override
  public void delete(GroupResource resource, String namespace, String name) {
    throw readOnly();
  }

  @Override
  public void delete(GroupResource resource, ObjectNode object, String propagation) {
    throw readOnly();
  }

  private static UnsupportedOperationException readOnly() {
    return new UnsupportedOperationException("the cluster's objects are read, never written");
  }

  @Override
  public void close() {
    for (AutoCloseable watch : watches) {
      try {
        watch.close();
      } catch (Exception e) {
        throw new IllegalStateException("follow the cluster's objects no longer", e);
      }
    }
  }
}
