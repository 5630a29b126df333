package io.usher.apiserver.embedded;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ObjectStore.ObjectEvent;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Service {@code default/kubernetes}, which clients within a cluster, and Kubernetes' own tests,
 * look for; once the server listens also its Endpoints and EndpointSlice. For one thread.
 */
final class KubernetesService {

  private static final String NAMESPACE = "default";
  private static final String NAME = "kubernetes";
  private static final GroupResource SERVICES = new GroupResource("", "services");
  private static final GroupResource ENDPOINTS = new GroupResource("", "endpoints");
  private static final GroupResource SLICES =
      new GroupResource("discovery.k8s.io", "endpointslices");
  private static final Set<GroupResource> RESOURCES = Set.of(SERVICES, ENDPOINTS, SLICES);

  private final ObjectStore objects;
  private @Nullable InetSocketAddress address;

  KubernetesService(ObjectStore objects) {
    this.objects = objects;
  }

  /** Says where the server listens, to which the Service leads. */
  void advertise(InetSocketAddress where) {
    address = where;
    put(where);
  }

  void changed(GroupResource resource, ObjectEvent event) {
    if (address != null
        && event.type() != ObjectEvent.Type.ADDED
        && RESOURCES.contains(resource)
        && event.object().at("/metadata/name").asText().equals(NAME)
        && event.object().at("/metadata/namespace").asText().equals(NAMESPACE)) {
      put(address);
    }
  }

  private void put(InetSocketAddress where) {
    createService(objects, where.getPort());
    InetAddress host = where.getAddress();
    ObjectNode endpoints = named();
    endpoints.withObject("/metadata/labels").put("endpointslice.kubernetes.io/skip-mirror", "true");
    ObjectNode subset = endpoints.putArray("subsets").addObject();
    subset.putArray("addresses").addObject().put("ip", host.getHostAddress());
    subset.putArray("ports").add(port(where.getPort()));
    put(ENDPOINTS, endpoints, "subsets");
    ObjectNode slice = named();
    slice.withObject("/metadata/labels").put("kubernetes.io/service-name", NAME);
    slice.put("addressType", host instanceof Inet6Address ? "IPv6" : "IPv4");
    ObjectNode endpoint = slice.putArray("endpoints").addObject();
    endpoint.putArray("addresses").add(host.getHostAddress());
    endpoint.putObject("conditions").put("ready", true);
    slice.putArray("ports").add(port(where.getPort()));
    put(SLICES, slice, "endpoints", "ports");
  }

  /** Creates an object, or sets these members of the one that there is. */
  private void put(GroupResource resource, ObjectNode object, String... members) {
    ObjectNode present = objects.get(resource, NAMESPACE, NAME);
    if (present == null) {
      objects.create(resource, object);
      return;
    }
    boolean same = true;
    for (String member : members) {
      same &= object.path(member).equals(present.path(member));
      present.set(member, object.path(member));
    }
    if (!same) {
      objects.update(resource, present);
    }
  }

  private static ObjectNode named() {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.putObject("metadata").put("name", NAME).put("namespace", NAMESPACE);
    return object;
  }

  private static ObjectNode port(int port) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("name", "https")
        .put("protocol", "TCP")
        .put("port", port);
  }

  /** Creates the Service where there is none; sets the port that it leads to. */
  static void createService(ObjectStore objects, int targetPort) {
    ObjectNode present = objects.get(SERVICES, NAMESPACE, NAME);
    if (present != null) {
      if (present.at("/spec/ports/0") instanceof ObjectNode port
          && port.path("targetPort").asInt() != targetPort) {
        port.put("targetPort", targetPort);
        objects.update(SERVICES, present);
      }
      return;
    }
    ObjectNode service = named();
    service
        .withObject("/metadata/labels")
        .put("component", "apiserver")
        .put("provider", "kubernetes");
    ObjectNode spec = service.putObject("spec");
    spec.putArray("ports").add(port(443).put("targetPort", targetPort));
    spec.put("clusterIP", "10.96.0.1").putArray("clusterIPs").add("10.96.0.1");
    spec.put("type", "ClusterIP").put("sessionAffinity", "None");
    spec.putArray("ipFamilies").add("IPv4");
    spec.put("ipFamilyPolicy", "SingleStack").put("internalTrafficPolicy", "Cluster");
    service.putObject("status").putObject("loadBalancer");
    objects.create(SERVICES, service);
  }
}
