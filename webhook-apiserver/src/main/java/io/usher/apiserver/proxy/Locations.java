package io.usher.apiserver.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.Forwarding.UpstreamTls;
import io.usher.apiserver.api.GoText;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.Status;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;

/** Finds where nodes, Pods and Services are, as kube-apiserver does. */
final class Locations {

  static final GroupResource PODS = new GroupResource("", "pods");

  private static final GroupResource NODES = new GroupResource("", "nodes");
  private static final GroupResource SERVICES = new GroupResource("", "services");
  private static final GroupResource ENDPOINTS = new GroupResource("", "endpoints");

  private static final Pattern NUMBER = Pattern.compile("[-+]?\\d{1,18}");
  private static final int MAX_PORT = 65_535;

  private final KubeletAccess kubelets;
  private final UpstreamTls unknown = KubeletAccess.unknown();
  private final AddressRules addresses;
  private final Random random;

  Locations(KubeletAccess kubelets, AddressRules addresses, Random random) {
    this.kubelets = kubelets;
    this.addresses = addresses;
    this.random = random;
  }

  AddressRules addresses() {
    return addresses;
  }

  /** Of a node's kubelet, or another port of the node. */
  Location node(ObjectStore objects, String id) {
    Target target = Target.parse(id, "node");
    Location kubelet = kubelet(objects, target.name(), false);
    requireAllowed(kubelet.host());
    boolean asked =
        target.port().isEmpty() || target.port().equals(Integer.toString(kubelet.port()));
    return asked
        ? kubelet
        : new Location(scheme(target), kubelet.host(), port(target.port()), unknown);
  }

  /** Of a node's kubelet. */
  Location kubelet(ObjectStore objects, String name, boolean unverified) {
    ObjectNode node = get(objects, NODES, "", name);
    int port = node.at("/status/daemonEndpoints/kubeletEndpoint/Port").asInt();
    return new Location(
        Location.HTTPS,
        preferred(node.at("/status/addresses")),
        port > 0 ? port : KubeletAccess.PORT,
        unverified ? kubelets.unverified() : kubelets.tls());
  }

  private String preferred(JsonNode addresses) {
    for (String type : kubelets.addressTypes()) {
      for (JsonNode each : addresses) {
        if (each.path("type").asText().equals(type)) {
          return each.path("address").asText();
        }
      }
    }
    var known = new ArrayList<String>();
    addresses.forEach(
        each ->
            known.add(
                '{' + each.path("type").asText() + ' ' + each.path("address").asText() + '}'));
    throw new ApiException(
        new Status(
            500,
            "",
            "no preferred addresses found; known addresses: [" + String.join(" ", known) + ']',
            null));
  }

  /** Of a Pod: at the first port that a container declares, where none is given. */
  Location pod(ObjectStore objects, String namespace, String id) {
    Target target = Target.parse(id, "pod");
    ObjectNode pod = get(objects, PODS, namespace, target.name());
    String address = pod.at("/status/podIPs/0/ip").asText();
    int port = target.port().isEmpty() ? declaredPort(pod) : port(target.port());
    if (Literals.address(address) == null) {
      throw notAllowed();
    }
    requireAllowed(address);
    return new Location(scheme(target), address, port, unknown);
  }

  private static int declaredPort(ObjectNode pod) {
    for (JsonNode container : pod.at("/spec/containers")) {
      JsonNode port = container.at("/ports/0/containerPort");
      if (port.isNumber()) {
        return port.asInt();
      }
    }
    return 0;
  }

  /** Of a Pod that is among the endpoints of a Service. */
  Location service(ObjectStore objects, String namespace, String id) {
    Target target = Target.parse(id, "service");
    String port = target.port();
    if (NUMBER.matcher(port).matches()) {
      port = portName(get(objects, SERVICES, namespace, target.name()), Long.parseLong(port));
    }
    ObjectNode endpoints = objects.get(ENDPOINTS, namespace, target.name());
    if (endpoints == null) {
      throw new ApiException(Status.notFound(SERVICES, target.name()));
    }
    JsonNode subsets = endpoints.path("subsets");
    if (subsets.isEmpty()) {
      throw noEndpoints(target.name());
    }
    for (JsonNode subset : shuffled(subsets)) {
      for (JsonNode each : subset.path("ports")) {
        if (each.path("name").asText().equals(port)) {
          for (JsonNode address : shuffled(subset.path("addresses"))) {
            if (isPod(objects, namespace, address)) {
              String host = address.path("ip").asText();
              requireAllowed(host);
              return new Location(scheme(target), host, each.path("port").asInt(), unknown);
            }
          }
        }
      }
    }
    throw noEndpoints(id);
  }

  private static String portName(ObjectNode service, long number) {
    for (JsonNode port : service.at("/spec/ports")) {
      if (port.path("port").asLong() == number) {
        return port.path("name").asText();
      }
    }
    throw new ApiException(
        Status.serviceUnavailable(
            "no service port "
                + number
                + " found for service "
                + GoText.quote(service.at("/metadata/name").asText())));
  }

  /** Whoever writes endpoints could else have the API server connect anywhere. */
  private static boolean isPod(ObjectStore objects, String namespace, JsonNode address) {
    JsonNode reference = address.path("targetRef");
    if (!reference.path("namespace").asText().equals(namespace)) {
      return false;
    }
    ObjectNode pod = objects.get(PODS, namespace, reference.path("name").asText());
    if (pod != null) {
      for (JsonNode each : pod.at("/status/podIPs")) {
        if (each.path("ip").equals(address.path("ip"))) {
          return true;
        }
      }
    }
    return false;
  }

  private List<JsonNode> shuffled(JsonNode array) {
    var elements = new ArrayList<JsonNode>();
    array.forEach(elements::add);
    Collections.shuffle(elements, random);
    return elements;
  }

  private static ApiException noEndpoints(String id) {
    return new ApiException(
        Status.serviceUnavailable("no endpoints available for service " + GoText.quote(id)));
  }

  static ObjectNode get(
      ObjectStore objects, GroupResource resource, String namespace, String name) {
    ObjectNode object = objects.get(resource, namespace, name);
    if (object == null) {
      throw new ApiException(Status.notFound(resource, name));
    }
    return object;
  }

  private static String scheme(Target target) {
    return target.scheme().isEmpty() ? "http" : target.scheme();
  }

  /** In the words of Go, which looks names of ports up only when it connects. */
  private static int port(String text) {
    boolean number = NUMBER.matcher(text).matches();
    long port = number ? Long.parseLong(text) : 0;
    if (port < 1 || port > MAX_PORT) {
      throw new ApiException(
          Status.serviceUnavailable(
              "error trying to reach service: dial tcp: "
                  + (number
                      ? "address " + text + ": invalid port"
                      : "lookup tcp/" + text + ": unknown port")));
    }
    return (int) port;
  }

  /** A name is looked up, and its addresses are checked, where it is connected to. */
  private void requireAllowed(String host) {
    InetAddress address = Literals.address(host);
    if (address != null && !addresses.test(address)) {
      throw notAllowed();
    }
  }

  private static ApiException notAllowed() {
    return new ApiException(notAllowedStatus());
  }

  static Status notAllowedStatus() {
    return Status.badRequest("address not allowed");
  }
}
