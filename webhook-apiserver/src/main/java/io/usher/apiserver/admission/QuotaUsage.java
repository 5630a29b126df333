package io.usher.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.schema.Quantity;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What an object takes of a ResourceQuota, by the names that quotas have for it. */
final class QuotaUsage {

  static final GroupResource PODS = new GroupResource("", "pods");
  private static final GroupResource SERVICES = new GroupResource("", "services");
  static final GroupResource CLAIMS = new GroupResource("", "persistentvolumeclaims");

  private static final GroupResource DEVICE_CLAIMS =
      new GroupResource("resource.k8s.io", "resourceclaims");

  /** What a claim of all devices counts for. */
  private static final int ALL_DEVICES = 32;

  private static final String DEVICE_CLASS = ".deviceclass.resource.k8s.io/devices";
  private static final String STORAGE_CLASS = ".storageclass.storage.k8s.io/";
  private static final String REQUESTS = "requests.";
  private static final String COUNT = "count/";

  /** Names that are the resource's own, from before there was {@code count/}. */
  private static final Set<String> COUNTED_BY_NAME =
      Set.of("configmaps", "secrets", "replicationcontrollers", "resourcequotas");

  private static final Set<String> ENDED = Set.of("Failed", "Succeeded");

  private QuotaUsage() {}

  /** Whose objects count for a name of a quota; the Pods' for all that only a Pod takes. */
  static GroupResource resource(String name) {
    if (name.startsWith(COUNT)) {
      String counted = name.substring(COUNT.length());
      int dot = counted.indexOf('.');
      return dot < 0
          ? new GroupResource("", counted)
          : new GroupResource(counted.substring(dot + 1), counted.substring(0, dot));
    }
    if (COUNTED_BY_NAME.contains(name)) {
      return new GroupResource("", name);
    }
    if (name.equals("services") || name.startsWith("services.")) {
      return SERVICES;
    }
    if (name.endsWith(DEVICE_CLASS)) {
      return DEVICE_CLAIMS;
    }
    boolean ofClaims =
        name.equals("persistentvolumeclaims")
            || name.equals("requests.storage")
            || name.contains(STORAGE_CLASS);
    return ofClaims ? CLAIMS : PODS;
  }

  /** What an object takes. */
  static Map<String, String> of(GroupResource resource, JsonNode object) {
    var usage = new LinkedHashMap<String, String>();
    usage.put(COUNT + resource, "1");
    if (resource.equals(PODS)) {
      addPod(usage, object);
    } else if (resource.equals(SERVICES)) {
      addService(usage, object.path("spec"));
    } else if (resource.equals(CLAIMS)) {
      addClaim(usage, object.path("spec"));
    } else if (resource.equals(DEVICE_CLAIMS)) {
      object.at("/spec/devices/requests").forEach(request -> addDevices(usage, request));
    } else if (resource.group().isEmpty() && COUNTED_BY_NAME.contains(resource.resource())) {
      usage.put(resource.resource(), "1");
    }
    return usage;
  }

  /** A Pod that has ended is counted, but takes nothing. */
  private static void addPod(Map<String, String> usage, JsonNode pod) {
    if (ENDED.contains(pod.path("status").path("phase").asText())) {
      return;
    }
    usage.put("pods", "1");
    PodResources.requests(pod).forEach((name, quantity) -> addRequest(usage, name, quantity));
    PodResources.limits(pod)
        .forEach(
            (name, quantity) -> {
              if (isComputed(name)) {
                usage.put("limits." + name, quantity);
              }
            });
  }

  private static void addRequest(Map<String, String> usage, String name, String quantity) {
    if (isComputed(name) || name.startsWith("hugepages-")) {
      usage.put(name, quantity);
      usage.put(REQUESTS + name, quantity);
    } else if (name.indexOf('/') > 0) {
      usage.put(REQUESTS + name, quantity);
    }
  }

  private static boolean isComputed(String name) {
    return name.equals("cpu") || name.equals("memory") || name.equals("ephemeral-storage");
  }

  private static void addService(Map<String, String> usage, JsonNode spec) {
    String type = spec.path("type").asText();
    boolean balanced = type.equals("LoadBalancer");
    int nodePorts = 0;
    if (balanced && !spec.path("allocateLoadBalancerNodePorts").asBoolean(true)) {
      for (JsonNode port : spec.path("ports")) {
        nodePorts += port.path("nodePort").asInt() > 0 ? 1 : 0;
      }
    } else if (balanced || type.equals("NodePort")) {
      nodePorts = spec.path("ports").size();
    }
    usage.put("services", "1");
    usage.put("services.loadbalancers", balanced ? "1" : "0");
    usage.put("services.nodeports", Integer.toString(nodePorts));
  }

  /** A request's devices; of those that it lists as alternatives, the most of each class. */
  private static void addDevices(Map<String, String> usage, JsonNode request) {
    var most = new LinkedHashMap<String, Long>();
    if (request.path("firstAvailable").isEmpty()) {
      addDevicesOf(most, request.path("exactly"));
    } else {
      request.path("firstAvailable").forEach(each -> addDevicesOf(most, each));
    }
    most.forEach((name, count) -> usage.merge(name, Long.toString(count), Quantity::add));
  }

  private static void addDevicesOf(Map<String, Long> most, JsonNode request) {
    if (request.isObject()) {
      long count =
          switch (request.path("allocationMode").asText()) {
            case "ExactCount" -> request.path("count").asLong();
            case "All" -> ALL_DEVICES;
            default -> 0;
          };
      most.merge(request.path("deviceClassName").asText() + DEVICE_CLASS, count, Math::max);
    }
  }

  private static void addClaim(Map<String, String> usage, JsonNode spec) {
    String storage = spec.path("resources").path("requests").path("storage").asText("0");
    usage.put("persistentvolumeclaims", "1");
    usage.put("requests.storage", storage);
    String storageClass = spec.path("storageClassName").asText();
    if (!storageClass.isEmpty()) {
      usage.put(storageClass + STORAGE_CLASS + "persistentvolumeclaims", "1");
      usage.put(storageClass + STORAGE_CLASS + "requests.storage", storage);
    }
  }

  /** What a change takes more than before; what it takes less is given back when it is stored. */
  static Map<String, String> increase(Map<String, String> before, Map<String, String> after) {
    var increase = new LinkedHashMap<String, String>();
    after.forEach(
        (name, quantity) -> {
          String more = Quantity.subtract(quantity, before.getOrDefault(name, "0"));
          if (Quantity.value(more).signum() > 0) {
            increase.put(name, more);
          }
        });
    return increase;
  }
}
