package io.usher.apiserver.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.apiserver.MapObjectStore;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.GroupResource;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceQuotaTest {

  private final MapObjectStore store = new MapObjectStore();
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private Instant now = Instant.EPOCH;
  private final ResourceQuotaAdmission plugin =
      new ResourceQuotaAdmission(
          store,
          tasks::add,
          new Clock() {
            @Override
            public ZoneId getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
              return this;
            }

            @Override
            public Instant instant() {
              return now;
            }
          });

  private void runTasks() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  private void quota(String spec) {
    store.create(
        QuotaStatus.QUOTAS,
        Write.node("{metadata: {namespace: team, name: q}, spec: {" + spec + "}}"));
    runTasks();
  }

  private String used() {
    return store.get(QuotaStatus.QUOTAS, "team", "q").at("/status/used").toString();
  }

  /** Admits an object and stores it. */
  private void create(AdmissionAttributes attributes) {
    plugin.validate(attributes);
    store.create(attributes.info().groupResource(), attributes.object());
  }

  private static AdmissionAttributes pod(String name, String spec) {
    return Write.create(
        "{kind: Pod, metadata: {namespace: team, name: " + name + "}, spec: {" + spec + "}}");
  }

  private static String container(String resources) {
    return "containers: [{name: c, resources: {" + resources + "}}]";
  }

  @Test
  void claimsCountByTheClassOfTheirAttributes() {
    quota(
        "hard: {persistentvolumeclaims: '1'}, scopeSelector: {matchExpressions:"
            + " [{scopeName: VolumeAttributesClass, operator: In, values: [gold]}]}");
    String claim =
        "{kind: PersistentVolumeClaim, metadata: {namespace: team, name: %s}, spec:"
            + " {volumeAttributesClassName: %s, resources: {requests: {storage: 1Gi}}}}";
    create(Write.create(claim.formatted("a", "silver")));
    create(Write.create(claim.formatted("b", "gold")));
    assertThatThrownBy(() -> plugin.validate(Write.create(claim.formatted("c", "gold"))))
        .hasMessageContaining("exceeded quota: q, requested: persistentvolumeclaims=1");
    runTasks();
    assertThat(used()).isEqualTo("{\"persistentvolumeclaims\":\"1\"}");
  }

  @Test
  void devicesAreCountedByTheirClass() {
    quota(
        "hard: {count/resourceclaims.resource.k8s.io: '9',"
            + " gpu.deviceclass.resource.k8s.io/devices: '40'}");
    create(
        Write.create(
            """
            {apiVersion: resource.k8s.io/v1, kind: ResourceClaim,
             metadata: {namespace: team, name: a}, spec: {devices: {requests: [
               {exactly: {deviceClassName: gpu, allocationMode: ExactCount, count: 2}},
               {firstAvailable: [
                 {deviceClassName: gpu, allocationMode: ExactCount, count: 3},
                 {deviceClassName: gpu, allocationMode: ExactCount, count: 1},
                 {deviceClassName: other, allocationMode: All}]},
               {exactly: {deviceClassName: gpu, allocationMode: All}}]}}}"""));
    assertThat(used())
        .isEqualTo(
            "{\"count/resourceclaims.resource.k8s.io\":\"1\","
                + "\"gpu.deviceclass.resource.k8s.io/devices\":\"37\"}");
  }

  @Test
  void whatIsGoneBeforeItIsCountedIsGivenBack() {
    quota("hard: {count/pods: '5'}");
    create(pod("a", ""));
    store.delete(QuotaUsage.PODS, "team", "a");
    runTasks();
    assertThat(used()).isEqualTo("{\"count/pods\":\"0\"}");
  }

  @Test
  void createsAreChargedUntilNothingIsLeft() {
    quota("hard: {pods: '2', count/pods: '5'}");
    assertThat(used()).isEqualTo("{\"pods\":\"0\",\"count/pods\":\"0\"}");
    create(pod("a", ""));
    create(pod("b", ""));
    assertThat(used()).isEqualTo("{\"pods\":\"2\",\"count/pods\":\"2\"}");
    assertThatThrownBy(() -> plugin.validate(pod("c", "")))
        .hasMessage(
            "pods \"c\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited:"
                + " pods=2");
    store.delete(QuotaUsage.PODS, "team", "a");
    runTasks();
    assertThat(used()).isEqualTo("{\"pods\":\"1\",\"count/pods\":\"1\"}");
    create(pod("c", ""));
  }

  @Test
  void quantitiesAreAdded() {
    quota("hard: {requests.cpu: '1', limits.memory: 2Gi, requests.nvidia.com/gpu: '1'}");
    create(
        pod(
            "a",
            container("requests: {cpu: 600m, nvidia.com/gpu: '1'}, limits: {memory: 1536Mi}")));
    assertThat(used())
        .isEqualTo(
            "{\"requests.cpu\":\"600m\",\"limits.memory\":\"1536Mi\","
                + "\"requests.nvidia.com/gpu\":\"1\"}");
    assertThatThrownBy(
            () ->
                plugin.validate(
                    pod("b", container("requests: {cpu: 500m}, limits: {memory: 1Gi}"))))
        .hasMessage(
            "pods \"b\" is forbidden: exceeded quota: q, requested:"
                + " limits.memory=1Gi,requests.cpu=500m, used:"
                + " limits.memory=1536Mi,requests.cpu=600m, limited:"
                + " limits.memory=2Gi,requests.cpu=1");
  }

  @Test
  void containersMustSayWhatIsLimited() {
    quota("hard: {cpu: '1', limits.memory: 2Gi, requests.ephemeral-storage: 1Gi}");
    assertThatThrownBy(
            () ->
                plugin.validate(
                    pod(
                        "a",
                        "containers: [{name: b}, {name: a}], initContainers: [{name: i, resources: {requests: {cpu: 1m}}}]")))
        .hasMessage(
            "pods \"a\" is forbidden: failed quota: q: must specify cpu for: a,b; limits.memory"
                + " for: a,b,i");
    plugin.validate(pod("a", container("requests: {cpu: 1m}, limits: {memory: 1Mi}")));
  }

  @Test
  void whatWasThereBeforeTheQuotaCounts() {
    create(pod("a", ""));
    store.create(
        QuotaStatus.QUOTAS,
        Write.node("{metadata: {namespace: team, name: q}, spec: {hard: {pods: '1'}}}"));
    assertThatThrownBy(() -> plugin.validate(pod("b", "")))
        .hasMessageContaining("requested: pods=1, used: pods=1, limited: pods=1");
  }

  @Test
  void chargeOfAWriteThatFailedIsGivenBack() {
    quota("hard: {configmaps: '1'}");
    AdmissionAttributes map =
        Write.create("{kind: ConfigMap, metadata: {namespace: team, name: m}}");
    plugin.validate(map);
    assertThat(used()).isEqualTo("{\"configmaps\":\"1\"}");
    // Perhaps it is still on its way to the store.
    assertThatThrownBy(() -> plugin.validate(map)).hasMessageContaining("exceeded quota");
    now = now.plusSeconds(31);
    create(map);
  }

  /** A count between a charge and its object must not let others in. */
  @Test
  void countSeesWhatIsOnItsWay() {
    quota("hard: {pods: '2'}");
    create(pod("a", ""));
    var onItsWay = pod("b", "");
    plugin.validate(onItsWay);
    runTasks();
    assertThat(used()).isEqualTo("{\"pods\":\"2\"}");
    store.delete(QuotaUsage.PODS, "team", "a");
    runTasks();
    assertThat(used()).isEqualTo("{\"pods\":\"1\"}");
    store.create(QuotaUsage.PODS, onItsWay.object());
    runTasks();
    assertThat(used()).isEqualTo("{\"pods\":\"1\"}");
  }

  @Test
  void dryRunIsCheckedAndNotCharged() {
    quota("hard: {secrets: '1'}");
    String secret = "{kind: Secret, metadata: {namespace: team, name: s}}";
    plugin.validate(Write.dryCreate(secret));
    assertThat(used()).isEqualTo("{\"secrets\":\"0\"}");
    create(Write.create(secret));
    assertThatThrownBy(() -> plugin.validate(Write.dryCreate(secret.replace("name: s", "name: t"))))
        .hasMessageContaining("exceeded quota");
  }

  @Test
  void changeIsChargedForWhatItTakesMore() {
    quota("hard: {services.nodeports: '2', services.loadbalancers: '0'}");
    String service =
        "{kind: Service, metadata: {namespace: team, name: s}, spec: {type: %s, ports: [%s]}}";
    String cluster = service.formatted("ClusterIP", "{port: 1}");
    create(Write.create(cluster));
    plugin.validate(Write.update(service.formatted("NodePort", "{port: 1}, {port: 2}"), cluster));
    assertThatThrownBy(
            () ->
                plugin.validate(
                    Write.update(service.formatted("LoadBalancer", "{port: 1}"), cluster)))
        .hasMessage(
            "services \"s\" is forbidden: exceeded quota: q, requested:"
                + " services.loadbalancers=1, used: services.loadbalancers=0, limited:"
                + " services.loadbalancers=0");
  }

  @Test
  void storageIsCountedByItsClass() {
    quota(
        "hard: {requests.storage: 10Gi, gold.storageclass.storage.k8s.io/requests.storage: 5Gi,"
            + " persistentvolumeclaims: '3'}");
    String claim =
        "{kind: PersistentVolumeClaim, metadata: {namespace: team, name: %s}, spec:"
            + " {storageClassName: %s, resources: {requests: {storage: %s}}}}";
    create(Write.create(claim.formatted("a", "gold", "4Gi")));
    create(Write.create(claim.formatted("b", "silver", "2Gi")));
    assertThatThrownBy(() -> plugin.validate(Write.create(claim.formatted("c", "gold", "2Gi"))))
        .hasMessageEndingWith(
            "requested: gold.storageclass.storage.k8s.io/requests.storage=2Gi, used:"
                + " gold.storageclass.storage.k8s.io/requests.storage=4Gi, limited:"
                + " gold.storageclass.storage.k8s.io/requests.storage=5Gi");
  }

  @Test
  void anyResourceCanBeCounted() {
    quota("hard: {count/widgets.example.com: '1'}");
    String widget =
        "{apiVersion: example.com/v1, kind: Widget, metadata: {namespace: team, name: %s}}";
    create(Write.create(widget.formatted("a")));
    assertThatThrownBy(() -> plugin.validate(Write.create(widget.formatted("b"))))
        .hasMessageContaining("exceeded quota: q, requested: count/widgets.example.com=1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          scopes: [BestEffort]     | ''                                                   | true
          scopes: [BestEffort]     | containers: [{resources: {requests: {cpu: 1m}}}]     | false
          scopes: [NotBestEffort]  | containers: [{resources: {limits: {memory: 1}}}]     | true
          scopes: [Terminating]    | activeDeadlineSeconds: 5                             | true
          scopes: [NotTerminating] | activeDeadlineSeconds: 5                             | false
          scopes: [PriorityClass]  | priorityClassName: high                              | true
          scopes: [PriorityClass]  | ''                                                   | false
          scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high]}]} | priorityClassName: high | true
          scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high]}]} | priorityClassName: low  | false
          scopes: [CrossNamespacePodAffinity] | affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{namespaces: [x]}]}} | true
          scopes: [CrossNamespacePodAffinity] | affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: x}]}} | false
          """)
  void scopesSayWhichPodsCount(String scopes, String spec, boolean counts) {
    quota("hard: {pods: '5'}, " + scopes);
    create(pod("a", spec));
    assertThat(used()).isEqualTo(counts ? "{\"pods\":\"1\"}" : "{\"pods\":\"0\"}");
  }

  @Test
  void podThatComesIntoAScopeIsChargedAtOnce() {
    quota("hard: {pods: '1'}, scopes: [Terminating]");
    create(pod("a", ""));
    assertThat(used()).isEqualTo("{\"pods\":\"0\"}");
    ObjectNode pod = store.get(QuotaUsage.PODS, "team", "a");
    ObjectNode moved = pod.deepCopy();
    moved.withObject("/spec").put("activeDeadlineSeconds", 5);
    plugin.validate(Write.of(Operation.UPDATE, "", moved, pod, false));
    store.update(QuotaUsage.PODS, moved);
    assertThat(used()).isEqualTo("{\"pods\":\"1\"}");
    assertThatThrownBy(() -> plugin.validate(pod("b", "activeDeadlineSeconds: 5")))
        .hasMessageContaining("exceeded quota");
  }

  @Test
  void endedPodTakesNothing() {
    quota("hard: {pods: '1', count/pods: '9'}");
    create(pod("a", ""));
    ObjectNode ended = store.get(QuotaUsage.PODS, "team", "a");
    ended.putObject("status").put("phase", "Succeeded");
    store.update(QuotaUsage.PODS, ended);
    runTasks();
    assertThat(used()).isEqualTo("{\"pods\":\"0\",\"count/pods\":\"1\"}");
    create(pod("b", ""));
  }

  @Test
  void quotaThatChangesWhileItIsCountedIsCountedAgain() {
    quota("hard: {pods: '1'}");
    create(pod("a", ""));
    store.delete(QuotaUsage.PODS, "team", "a");
    // Its status is written a moment before the count is.
    store.beforeUpdate(
        () -> {
          ObjectNode quota = store.get(QuotaStatus.QUOTAS, "team", "q");
          quota.withObject("/metadata").putObject("labels").put("a", "b");
          store.update(QuotaStatus.QUOTAS, quota);
        });
    runTasks();
    assertThat(used()).isEqualTo("{\"pods\":\"0\"}");
  }

  @Test
  void otherNamespacesAndEventsAreNotCounted() {
    quota("hard: {pods: '0', count/events: '0'}");
    plugin.validate(Write.create("{kind: Pod, metadata: {namespace: other, name: a}}"));
    plugin.validate(Write.create("{kind: Event, metadata: {namespace: team, name: a}}"));
    plugin.validate(
        Write.of(Operation.UPDATE, "status", pod("a", "").object(), pod("a", "").object(), false));
  }

  @Test
  void statusFollowsTheSpec() {
    quota("hard: {pods: '1'}");
    ObjectNode quota = store.get(new GroupResource("", "resourcequotas"), "team", "q");
    quota.withObject("/spec").putObject("hard").put("secrets", "3");
    store.update(QuotaStatus.QUOTAS, quota);
    runTasks();
    assertThat(store.get(QuotaStatus.QUOTAS, "team", "q").path("status").toString())
        .isEqualTo("{\"hard\":{\"secrets\":\"3\"},\"used\":{\"secrets\":\"0\"}}");
  }
}
