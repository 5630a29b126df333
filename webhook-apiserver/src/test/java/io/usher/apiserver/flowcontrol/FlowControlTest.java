package io.usher.apiserver.flowcontrol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.MapObjectStore;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.ApiResponse;
import io.usher.apiserver.api.RequestInfo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests, classified by the objects that each server has. Their uids are their names here. */
class FlowControlTest {

  private final MapObjectStore store = new MapObjectStore();
  private final FlowControl flowControl = new FlowControl();

  @BeforeEach
  void followDefaults() {
    FlowDefaults.objects()
        .forEach(
            (resource, byName) ->
                byName.forEach(
                    (name, each) -> {
                      ObjectNode object = each.deepCopy();
                      object.withObject("/metadata").put("uid", name);
                      store.create(resource, object);
                    }));
    flowControl.follow(store);
  }

  private String schema(UserInfo user, RequestInfo request) {
    return flowControl.classify(user, request).get("X-Kubernetes-PF-FlowSchema-UID");
  }

  private static RequestInfo ofResource(
      String verb, String group, String resource, String subresource, String namespace) {
    return new RequestInfo(
        true, "", verb, group, "v1", namespace, resource, subresource, "", List.of());
  }

  private static RequestInfo ofPath(String path) {
    return new RequestInfo(false, path, "get", "", "", "", "", "", "", List.of());
  }

  @ParameterizedTest
  @CsvSource({
    "admin, system:masters, get, '', pods, '', default, exempt",
    "bob, system:authenticated, get, '', pods, '', default, global-default",
    "bob, none, get, '', pods, '', default, catch-all",
    "system:node:a, system:nodes, update, '', nodes, status, '', system-node-high",
    "system:node:a, system:nodes, get, '', pods, '', default, system-nodes",
    "system:kube-scheduler, none, update, coordination.k8s.io, leases, '', kube-system, system-leader-election",
    "system:kube-scheduler, none, list, '', pods, '', '', kube-scheduler",
    "system:serviceaccount:kube-system:a, system:serviceaccounts, get, '', pods, '', x, kube-system-service-accounts",
    "system:serviceaccount:kube-systems:a, system:serviceaccounts, get, '', pods, '', x, service-accounts",
  })
  void requestCountsAsTheFirstSchemaThatMatches(
      String user,
      String group,
      String verb,
      String apiGroup,
      String resource,
      String subresource,
      String namespace,
      String schema) {
    RequestInfo request = ofResource(verb, apiGroup, resource, subresource, namespace);
    assertThat(schema(UserInfo.of(user, group), request)).isEqualTo(schema);
  }

  @ParameterizedTest
  @CsvSource({"/healthz, probes", "/readyz/ping, probes", "/healthzz, global-default"})
  void statedPathStandsForThoseBelowIt(String path, String schema) {
    assertThat(schema(UserInfo.of("bob", "system:unauthenticated"), ofPath(path)))
        .isEqualTo(schema);
  }

  @Test
  void schemaWithoutItsLevelCountsForNothing() {
    UserInfo user = UserInfo.of("bob", "system:authenticated");
    RequestInfo request = ofPath("/version");
    store.delete(FlowControl.LEVELS, "", "global-default");
    assertThat(flowControl.classify(user, request))
        .isEqualTo(
            Map.of(
                "X-Kubernetes-PF-FlowSchema-UID", "catch-all",
                "X-Kubernetes-PF-PriorityLevel-UID", "catch-all"));
    store.delete(FlowControl.SCHEMAS, "", "catch-all");
    assertThat(schema(user, request)).isEqualTo("catch-all");
  }

  @Test
  void metricsHaveTheSeatsOfEachLevel() {
    var answer = (ApiResponse.Complete) flowControl.answer(ApiRequest.of("GET", "/metrics"));
    // 600 seats by 5, 20, 10, 40, 30, 40 and 100 shares of 245
    assertThat(new String(answer.bytes(), StandardCharsets.UTF_8))
        .contains("# TYPE apiserver_flowcontrol_nominal_limit_seats gauge\n")
        .contains("nominal_limit_seats{priority_level=\"catch-all\"} 13\n")
        .contains("nominal_limit_seats{priority_level=\"exempt\"} 0\n")
        .contains("nominal_limit_seats{priority_level=\"workload-low\"} 245\n");
    assertThat(flowControl.answer(ApiRequest.of("GET", "/metrics/slis"))).isNull();
  }
}
