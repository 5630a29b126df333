package io.usher.apiserver.embedded;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ObjectStore.ObjectEvent;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.ServedVersion;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * An APIService for each version of a group that is served here, which says that it is available.
 * For one thread.
 */
final class ApiServices {

  private static final GroupResource SERVICES =
      new GroupResource("apiregistration.k8s.io", "apiservices");

  private static final String MANAGED = "kube-aggregator.kubernetes.io/automanaged";

  /** Of groups that definitions define. */
  private static final int CUSTOM_GROUP = 1000;

  private static final int CUSTOM_VERSION = 100;

  /** The priority of Kubernetes' groups, as kube-apiserver states them. */
  private static final Map<String, Integer> GROUPS =
      Map.ofEntries(
          Map.entry("", 18000),
          Map.entry("admissionregistration.k8s.io", 16700),
          Map.entry("apiextensions.k8s.io", 16700),
          Map.entry("apps", 17800),
          Map.entry("authentication.k8s.io", 17700),
          Map.entry("authorization.k8s.io", 17600),
          Map.entry("autoscaling", 17500),
          Map.entry("batch", 17400),
          Map.entry("certificates.k8s.io", 17300),
          Map.entry("coordination.k8s.io", 16500),
          Map.entry("discovery.k8s.io", 16200),
          Map.entry("events.k8s.io", 17750),
          Map.entry("flowcontrol.apiserver.k8s.io", 16100),
          Map.entry("networking.k8s.io", 17200),
          Map.entry("node.k8s.io", 16300),
          Map.entry("policy", 17100),
          Map.entry("rbac.authorization.k8s.io", 17000),
          Map.entry("resource.k8s.io", 16200),
          Map.entry("scheduling.k8s.io", 16600),
          Map.entry("storage.k8s.io", 16800));

  /** The priority of those versions that are not 15, by the names of their APIServices. */
  private static final Map<String, Integer> VERSIONS =
      Map.of(
          "v1.",
          1,
          "v1.flowcontrol.apiserver.k8s.io",
          21,
          "v1.resource.k8s.io",
          21,
          "v2.autoscaling",
          30);

  private static final int VERSION = 15;

  private final ObjectStore objects;
  private final ResourceRegistry registry;
  private final Clock clock;

  ApiServices(ObjectStore objects, ResourceRegistry registry, Clock clock) {
    this.objects = objects;
    this.registry = registry;
    this.clock = clock;
  }

  void changed(GroupResource resource, ObjectEvent event) {
    if (resource.equals(SERVICES) && event.type() == ObjectEvent.Type.DELETED) {
      follow();
    }
  }

  /** Creates those of what is served and deletes those of what is not served any more. */
  void follow() {
    Set<String> served = new HashSet<>();
    for (ResourceType type : registry.types()) {
      // Their own group is the aggregator's, of which it says nothing.
      if (!type.group().equals(SERVICES.group())) {
        for (ServedVersion version : type.versions()) {
          if (served.add(name(type.group(), version.name()))) {
            create(type.group(), version.name());
          }
        }
      }
    }
    for (ObjectNode each : objects.list(SERVICES, "")) {
      String name = each.at("/metadata/name").asText();
      if (each.at("/metadata/labels").path(MANAGED).asText().equals("true")
          && !served.contains(name)) {
        delete(name);
      }
    }
  }

  private static String name(String group, String version) {
    return version + '.' + group;
  }

  private void create(String group, String version) {
    String name = name(group, version);
    if (objects.get(SERVICES, "", name) != null) {
      return;
    }
    boolean builtIn = GROUPS.containsKey(group);
    ObjectNode service = JsonNodeFactory.instance.objectNode();
    ObjectNode metadata = service.putObject("metadata").put("name", name);
    metadata.putObject("labels").put(MANAGED, builtIn ? "onstart" : "true");
    ObjectNode spec = service.putObject("spec");
    if (!group.isEmpty()) {
      spec.put("group", group);
    }
    spec.put("version", version);
    spec.put("groupPriorityMinimum", GROUPS.getOrDefault(group, CUSTOM_GROUP));
    spec.put("versionPriority", builtIn ? VERSIONS.getOrDefault(name, VERSION) : CUSTOM_VERSION);
    service
        .putObject("status")
        .putArray("conditions")
        .addObject()
        .put("type", "Available")
        .put("status", "True")
        .put("lastTransitionTime", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString())
        .put("reason", "Local")
        .put("message", "Local APIServices are always available");
    objects.create(SERVICES, service);
  }

  private void delete(String name) {
    try {
      objects.delete(SERVICES, "", name);
    } catch (ApiException e) {
      if (e.status().code() != 404) {
        throw e;
      }
    }
  }
}
