package io.usher.apiserver.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.admission.Operation;
import io.usher.apiserver.MapObjectStore;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.GroupResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LimitRangerTest {

  private final MapObjectStore store = new MapObjectStore();
  private final LimitRanger plugin = new LimitRanger(store);

  private void limit(String items) {
    store.create(
        new GroupResource("", "limitranges"),
        Write.node("{metadata: {namespace: team, name: l}, spec: {limits: [" + items + "]}}"));
  }

  private static AdmissionAttributes pod(String spec) {
    return Write.create(
        "{kind: Pod, metadata: {namespace: team, name: web}, spec: {" + spec + "}}");
  }

  private static AdmissionAttributes container(String resources) {
    return pod("containers: [{name: c, resources: {" + resources + "}}]");
  }

  @Test
  void containersGetDefaultsThatTheyLack() {
    limit(
        "{type: Container, default: {cpu: 500m}, defaultRequest: {cpu: 100m}, max: {cpu: '1',"
            + " memory: 1Gi}, min: {memory: 1Mi}}");
    var pod =
        pod(
            "containers: [{name: a}, {name: b, resources: {requests: {cpu: 200m, memory: 2Mi},"
                + " limits: {cpu: 300m, memory: 2Mi}}}], initContainers: [{name: i, resources:"
                + " {limits: {cpu: '1'}}}]");
    plugin.admit(pod);
    plugin.validate(pod);
    assertThat(pod.object())
        .isEqualTo(
            Write.node(
                """
                kind: Pod
                metadata:
                  namespace: team
                  name: web
                  annotations:
                    kubernetes.io/limit-ranger: >-
                      LimitRanger plugin set: cpu, memory request for container a; cpu, memory limit
                      for container a; cpu, memory request for init container i; memory limit for
                      init container i
                spec:
                  containers:
                  - {name: a, resources: {requests: {cpu: 100m, memory: 1Gi}, limits: {cpu: 500m, memory: 1Gi}}}
                  - {name: b, resources: {requests: {cpu: 200m, memory: 2Mi}, limits: {cpu: 300m, memory: 2Mi}}}
                  initContainers:
                  - {name: i, resources: {limits: {cpu: '1', memory: 1Gi}, requests: {cpu: 100m, memory: 1Gi}}}
                """));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          min: {cpu: 100m}                | limits: {}                                        | minimum cpu usage per Container is 100m.  No request is specified
          min: {cpu: 100m}                | requests: {cpu: 50m}                              | minimum cpu usage per Container is 100m, but request is 50m
          min: {cpu: 100m}                | requests: {cpu: '1'}, limits: {cpu: 50m}          | minimum cpu usage per Container is 100m, but limit is 50m
          max: {memory: 1Gi}              | requests: {memory: 1Mi}                           | maximum memory usage per Container is 1Gi.  No limit is specified
          max: {memory: 1Gi}              | limits: {memory: 1025Mi}                          | maximum memory usage per Container is 1Gi, but limit is 1025Mi
          max: {memory: 1Gi}              | requests: {memory: 2Gi}, limits: {memory: 1Gi}    | maximum memory usage per Container is 1Gi, but request is 2Gi
          maxLimitRequestRatio: {cpu: '2'} | limits: {cpu: '1'}                               | cpu max limit to request ratio per Container is 2, but no request is specified or request is 0
          maxLimitRequestRatio: {cpu: '2'} | requests: {cpu: '1'}                             | cpu max limit to request ratio per Container is 2, but no limit is specified or limit is 0
          maxLimitRequestRatio: {cpu: '2'} | requests: {cpu: 300m}, limits: {cpu: '1'}        | cpu max limit to request ratio per Container is 2, but provided ratio is 3.333333
          """)
  void containerOutOfBoundsIsRefused(String bounds, String resources, String message) {
    limit("{type: Container, " + bounds + "}");
    assertThatThrownBy(() -> plugin.validate(container(resources)))
        .hasMessage("pods \"web\" is forbidden: " + message);
  }

  @Test
  void boundsThemselvesAreAllowedAndSeveralProblemsAreNamed() {
    limit(
        "{type: Container, min: {cpu: 100m}, max: {cpu: '1'}, maxLimitRequestRatio: {cpu: '10'}}");
    plugin.validate(container("requests: {cpu: 0.1}, limits: {cpu: 1000m}"));
    assertThatThrownBy(() -> plugin.validate(container("requests: {cpu: 1m}, limits: {cpu: '2'}")))
        .hasMessage(
            "pods \"web\" is forbidden: [minimum cpu usage per Container is 100m, but request is"
                + " 1m, maximum cpu usage per Container is 1, but limit is 2, cpu max limit to"
                + " request ratio per Container is 10, but provided ratio is 2000.000000]");
  }

  @Test
  void podIsTheSumOfItsContainersOrAnInitContainer() {
    limit("{type: Pod, max: {cpu: '1'}}");
    String half = "{name: c, resources: {limits: {cpu: 500m}}}";
    plugin.validate(pod("containers: [" + half + ", " + half + "]"));
    plugin.validate(
        pod(
            "containers: ["
                + half
                + "], initContainers: [{name: i, resources: {limits: {cpu: '1'}}}]"));
    assertThatThrownBy(
            () -> plugin.validate(pod("containers: [" + half + ", " + half + ", " + half + "]")))
        .hasMessage(
            "pods \"web\" is forbidden: maximum cpu usage per Pod is 1, but limit is 1500m");
    assertThatThrownBy(
            () ->
                plugin.validate(
                    pod(
                        "containers: ["
                            + half
                            + "], initContainers: [{name: side, restartPolicy: Always, resources:"
                            + " {limits: {cpu: 250m}}}, {name: i, resources: {limits: {cpu:"
                            + " '1'}}}]")))
        .hasMessageEndingWith("maximum cpu usage per Pod is 1, but limit is 1250m");
  }

  @Test
  void claimIsBoundByItsRequest() {
    limit("{type: PersistentVolumeClaim, min: {storage: 1Gi}, max: {storage: 5Gi}}");
    plugin.validate(claim("5Gi"));
    assertThatThrownBy(() -> plugin.validate(claim("6Gi")))
        .hasMessage(
            "persistentvolumeclaims \"data\" is forbidden: maximum storage usage per"
                + " PersistentVolumeClaim is 5Gi, but request is 6Gi");
    assertThatThrownBy(() -> plugin.validate(claim("1Mi")))
        .hasMessageEndingWith(
            "minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 1Mi");
  }

  private static AdmissionAttributes claim(String storage) {
    return Write.create(
        "{kind: PersistentVolumeClaim, metadata: {namespace: team, name: data}, spec: {resources:"
            + " {requests: {storage: "
            + storage
            + "}}}}");
  }

  @Test
  void changesOfAPodAreLimitedByResizeAlone() {
    limit("{type: Container, min: {cpu: 100m}}");
    var object = container("").object();
    plugin.validate(Write.of(Operation.UPDATE, "", object, object, false));
    plugin.validate(Write.of(Operation.UPDATE, "status", object, object, false));
    assertThatThrownBy(
            () -> plugin.validate(Write.of(Operation.UPDATE, "resize", object, object, false)))
        .hasMessageContaining("No request is specified");
    var old = object.deepCopy();
    old.withObject("/metadata").put("deletionTimestamp", "2026-01-01T00:00:00Z");
    plugin.validate(Write.of(Operation.UPDATE, "resize", object, old, false));
  }
}
