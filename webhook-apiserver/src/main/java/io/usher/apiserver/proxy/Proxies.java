package io.usher.apiserver.proxy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.ForwardHandler;
import io.usher.apiserver.api.ForwardHandler.Call;
import io.usher.apiserver.api.Forwarding;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.api.Status;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Passes requests on to nodes, Pods and Services, as kube-apiserver's subresources {@code proxy},
 * {@code log}, {@code exec}, {@code attach} and {@code portforward} do. Thread-safe.
 */
public final class Proxies {

  private static final String HOST = "Host";

  /** Segments of a path before what is behind the proxy: resource, name, subresource. */
  private static final int PARTS = 3;

  private final Locations locations;

  /**
   * What passes on.
   *
   * @param kubelets how they are called
   * @param addresses what may be connected to
   * @param random chooses among the endpoints of a Service
   */
  public Proxies(KubeletAccess kubelets, AddressRules addresses, Random random) {
    locations = new Locations(kubelets, addresses, random);
  }

  /**
   * What passes on the requests of a subresource.
   *
   * @param resource {@code nodes}, {@code pods} or {@code services}
   * @param subresource {@code proxy}, or another one of {@code pods}
   * @throws IllegalArgumentException when there is none
   */
  public ForwardHandler handler(String resource, String subresource) {
    return switch (resource + '/' + subresource) {
      case "nodes/proxy" -> call -> proxy(call, locations.node(call.objects(), call.info().name()));
      case "pods/proxy" ->
          call ->
              proxy(
                  call, locations.pod(call.objects(), call.info().namespace(), call.info().name()));
      case "services/proxy" ->
          call ->
              proxy(
                  call,
                  locations.service(call.objects(), call.info().namespace(), call.info().name()));
      case "pods/log" -> this::log;
      case "pods/exec" -> call -> stream(call, "exec", streams(call));
      case "pods/attach" -> call -> stream(call, "attach", streams(call));
      case "pods/portforward" -> call -> portForward(call);
      default ->
          throw new IllegalArgumentException(resource + '/' + subresource + " is passed to nobody");
    };
  }

  private ApiResponse proxy(Call call, Location location) {
    ApiRequest request = call.request();
    String path = GoUrls.cleaned(call.options().path("path").asText());
    String encoded = GoUrls.path(path);
    String protocol = SentHeaders.upgrade(request.headers());
    Headers headers = SentHeaders.of(request, protocol);
    if (protocol != null) {
      // As kube-apiserver: without the query.
      return forwarded(
          location, request.method(), rooted(encoded), headers, protocol, new UpgradeAnswers());
    }
    String query = request.query().encoded();
    String behind = query.isEmpty() ? "" : '?' + query;
    boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
    if (path.isEmpty() && reads) {
      // Relative links of a page are right only below a slash.
      return new ApiResponse.Complete(
          301, Headers.of(Map.of("Location", List.of(request.path() + '/' + behind))), List.of());
    }
    String prefix = prefix(call.info());
    return forwarded(
        location,
        request.method(),
        rooted(encoded) + behind,
        headers.with("X-Forwarded-Uri", GoUrls.cleaned(prefix + encoded)),
        null,
        new ProxyAnswers(
            request.method().equals("HEAD"),
            new Links(prefix, location.authority(), host(request))));
  }

  private static String host(ApiRequest request) {
    String host = request.headers().first(HOST);
    return host == null ? "" : host;
  }

  private static String rooted(String path) {
    return path.isEmpty() ? "/" : path;
  }

  /** The path up to what is behind the proxy. */
  private static String prefix(RequestInfo info) {
    String named = String.join("/", info.parts().subList(0, PARTS));
    return info.path().substring(0, info.path().indexOf(named) + named.length());
  }

  private ApiResponse log(Call call) {
    LogOptions options = LogOptions.of(call.request().query(), call.info().name());
    ObjectNode pod = pod(call);
    String container = PodOptions.container(pod, options.container());
    if (node(pod).isEmpty()) {
      return new ApiResponse.Complete(204, Headers.NONE, List.of());
    }
    Location kubelet = locations.kubelet(call.objects(), node(pod), options.unverified());
    String target = target("containerLogs", call.info(), container, options.parameters());
    String url = kubelet.scheme() + "://" + kubelet.authority() + target;
    return ApiResponse.Forwarded.of(
        new Forwarding(
            upstream(kubelet),
            "GET",
            target,
            Headers.NONE,
            false,
            null,
            new LogAnswers(call.info().name(), url)));
  }

  private static SortedMap<String, List<String>> streams(Call call) {
    return PodOptions.streams(call.options(), call.request().query());
  }

  private ApiResponse stream(Call call, String path, SortedMap<String, List<String>> parameters) {
    ObjectNode pod = pod(call);
    String container = PodOptions.container(pod, call.options().path("container").asText());
    return upgraded(call, pod, target(path, call.info(), container, parameters));
  }

  private ApiResponse portForward(Call call) {
    ObjectNode pod = pod(call);
    return upgraded(
        call, pod, target("portForward", call.info(), "", PodOptions.ports(call.options())));
  }

  private ApiResponse upgraded(Call call, ObjectNode pod, String target) {
    if (node(pod).isEmpty()) {
      throw new ApiException(
          Status.badRequest("pod " + call.info().name() + " does not have a host assigned"));
    }
    Location kubelet = locations.kubelet(call.objects(), node(pod), false);
    String protocol = SentHeaders.upgrade(call.request().headers());
    if (protocol == null) {
      throw new ApiException(Status.badRequest("Upgrade request required"));
    }
    return forwarded(
        kubelet,
        call.request().method(),
        target,
        SentHeaders.of(call.request(), protocol),
        protocol,
        new UpgradeAnswers());
  }

  private static String target(
      String what, RequestInfo info, String container, SortedMap<String, List<String>> parameters) {
    String path =
        '/'
            + what
            + '/'
            + info.namespace()
            + '/'
            + info.name()
            + (container.isEmpty() ? "" : '/' + container);
    String query = GoUrls.query(parameters);
    return GoUrls.path(path) + (query.isEmpty() ? "" : '?' + query);
  }

  private static ObjectNode pod(Call call) {
    return Locations.get(
        call.objects(), Locations.PODS, call.info().namespace(), call.info().name());
  }

  private static String node(ObjectNode pod) {
    return pod.at("/spec/nodeName").asText();
  }

  private Forwarding.Upstream upstream(Location location) {
    return new Forwarding.Upstream(
        location.scheme(),
        location.host(),
        location.connectedPort(),
        location.tls(),
        locations.addresses());
  }

  private ApiResponse forwarded(
      Location location,
      String method,
      String target,
      Headers headers,
      @Nullable String protocol,
      Forwarding.Answers answers) {
    return ApiResponse.Forwarded.of(
        new Forwarding(
            upstream(location), method, target, headers, protocol == null, protocol, answers));
  }
}
