package io.usher.listwatch;

import static io.usher.listwatch.WatchedCluster.read;
import static io.usher.listwatch.WatchedCluster.viewed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import io.usher.admission.GroupVersionResource;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ResourceType;
import io.usher.cluster.OnStale;
import io.usher.cluster.Read;
import io.usher.cluster.StaleViewException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ListWatchIT {

  private static final Duration NEVER_STALE = Duration.ofDays(1);
  private static final GroupResource CRON_TABS =
      new GroupResource("stable.example.com", "crontabs");

  @Group("stable.example.com")
  @Version("v1")
  static final class CronTab extends CustomResource<Map<String, String>, Void>
      implements Namespaced {
    private static final long serialVersionUID = 1L;
  }

  private WatchedCluster cluster;
  private ResourceViews views;

  @BeforeEach
  void start() throws Exception {
    cluster = new WatchedCluster();
  }

  @AfterEach
  void stop() throws Exception {
    if (views != null) {
      views.close();
    }
    cluster.close();
  }

  private void follow(Read... reads) {
    views = cluster.listWatch.follow(List.of(reads), NEVER_STALE);
    eventually().until(() -> views.unsynced().isEmpty());
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20));
  }

  private void awaitEqual(Read read) {
    eventually().untilAsserted(() -> assertThat(viewed(views, read)).isEqualTo(cluster.served()));
  }

  private String value(String namespace, String name) {
    return views
        .now(read())
        .get(namespace, name)
        .map(map -> ((ConfigMap) map).getData().get("value"))
        .orElse("");
  }

  @Test
  void aViewFollowsWhatIsCreatedChangedAndDeleted() {
    cluster.create("default", "a", "1");
    follow(read());
    cluster.create("default", "b", "1");
    cluster.update("default", "a", "2");
    awaitEqual(read());
    assertThat(value("default", "a")).isEqualTo("2");

    cluster.delete("default", "a");
    awaitEqual(read());
    assertThat(views.now(read()).get("default", "a")).isEmpty();
    assertThat(cluster.listWatch.counters().lists()).isOne();
  }

  @Test
  void aListComesInPagesAndIsOneMoment() {
    for (int i = 0; i < 1_200; i++) {
      cluster.create("default", "map-" + i, "x");
    }
    follow(read());

    assertThat(viewed(views, read())).isEqualTo(cluster.served());
    assertThat(cluster.requests("list configmaps")).isEqualTo(3);
  }

  @Test
  void whatARuleSeesDoesNotChangeUnderIt() {
    cluster.create("default", "a", "1");
    follow(read());
    var moment = views.now(read());

    cluster.update("default", "a", "2");
    awaitEqual(read());

    assertThat(moment.get("default", "a"))
        .hasValueSatisfying(
            map -> assertThat(((ConfigMap) map).getData()).containsEntry("value", "1"));
  }

  @Test
  void afterABrokenConnectionTheWatchGoesOnWhereItWas() {
    cluster.create("default", "a", "1");
    follow(read());
    awaitEqual(read());

    cluster.relay.refuse(true);
    cluster.relay.cut();
    cluster.update("default", "a", "2");
    cluster.create("default", "b", "1");
    cluster.relay.refuse(false);

    awaitEqual(read());
    assertThat(cluster.listWatch.counters().lists()).isOne();
    assertThat(cluster.listWatch.counters().watches()).isGreaterThan(1);
  }

  @Test
  void aForgottenVersionMakesANewListAndWhatIsGoneGoes() {
    cluster.create("default", "a", "1");
    cluster.create("default", "b", "1");
    follow(read());
    awaitEqual(read());

    cluster.relay.refuse(true);
    cluster.relay.cut();
    cluster.delete("default", "a");
    cluster.update("default", "b", "2");
    cluster.create("default", "c", "1");
    cluster.storage.compact(cluster.storage.version());
    cluster.relay.refuse(false);

    awaitEqual(read());
    assertThat(views.now(read()).get("default", "a")).isEmpty();
    assertThat(cluster.listWatch.counters().lists()).isEqualTo(2);
  }

  @Test
  void withoutPermissionTheViewStaysAndAgesAndThenGoesOn() {
    cluster.create("default", "a", "1");
    follow(read());
    awaitEqual(read());

    cluster.forbid(true);
    cluster.relay.cut();
    long failures = cluster.listWatch.counters().failures();
    eventually().until(() -> cluster.listWatch.counters().failures() > failures + 3);
    cluster.update("default", "a", "2");

    assertThat(value("default", "a")).isEqualTo("1");
    Read strict =
        new Read(
            ConfigMap.class, "", WatchedCluster.CONFIG_MAPS, List.of(), List.of(), OnStale.FAIL);
    Duration age = views.now(read()).age();
    eventually().until(() -> views.now(read()).age().compareTo(age) > 0);
    assertThat(views.now(strict).list()).isNotEmpty();

    cluster.forbid(false);
    awaitEqual(read());
  }

  @Test
  void anOldViewFailsTheReadThatDoesNotAllowIt() {
    cluster.create("default", "a", "1");
    Read strict =
        new Read(
            ConfigMap.class, "", WatchedCluster.CONFIG_MAPS, List.of(), List.of(), OnStale.FAIL);
    views = cluster.listWatch.follow(List.of(strict, read()), Duration.ZERO);
    eventually().until(() -> views.unsynced().isEmpty());

    assertThatThrownBy(() -> views.now(strict))
        .isInstanceOf(StaleViewException.class)
        .hasMessageContaining("the view of configmaps is 0 s old, and 0 s are allowed");
    assertThat(views.now(read()).list()).isNotEmpty();
  }

  @Test
  void withoutPermissionFromTheStartNothingIsShown() {
    cluster.forbid(true);
    views = cluster.listWatch.follow(List.of(read()), NEVER_STALE);

    eventually()
        .untilAsserted(
            () -> assertThat(views.unsynced().toString()).contains("configmaps: GET", "403"));
    assertThatThrownBy(() -> views.now(read()))
        .isInstanceOf(StaleViewException.class)
        .hasMessageContaining("configmaps were never listed: GET api/v1/configmaps: 403");
  }

  @Test
  void aConnectionThatDiedSilentlyIsLeft() {
    cluster.create("default", "a", "1");
    follow(read());
    awaitEqual(read());

    cluster.relay.freeze();
    cluster.update("default", "a", "2");
    // The bookmark that is due is swallowed on the old connection: it is dead from now on.
    eventually().until(() -> views.now(read()).age().toMillis() > 1_000);
    cluster.relay.thaw();

    awaitEqual(read());
  }

  @Test
  void bookmarksKeepAQuietViewYoung() {
    cluster.create("default", "a", "1");
    follow(read());
    Duration synced = views.now(read()).age();

    eventually().until(() -> views.now(read()).age().compareTo(synced) > 0);
    Duration older = Duration.ofMillis(150);
    eventually().until(() -> views.now(read()).age().compareTo(older) > 0);
    eventually().until(() -> views.now(read()).age().compareTo(older) < 0);
  }

  @Test
  void aResourceThatIsServedForAWhileHasNoObjectsBeforeAndAfter() {
    var tabs =
        new Read(
            GenericKubernetesResource.class,
            "crontabs.v1.stable.example.com",
            new GroupVersionResource("stable.example.com", "v1", "crontabs"),
            List.of(),
            List.of(),
            OnStale.FAIL);
    follow(tabs);
    assertThat(views.now(tabs).list()).isEmpty();

    var resources = cluster.server.embedded().server().resources();
    resources.register(ResourceType.of(CronTab.class));
    var nightly = JsonNodeFactory.instance.objectNode();
    nightly.put("apiVersion", "stable.example.com/v1").put("kind", "CronTab");
    nightly.putObject("metadata").put("name", "nightly").put("namespace", "default");
    cluster.objects().create(CRON_TABS, nightly);
    eventually().until(() -> views.now(tabs).get("default", "nightly").isPresent());

    resources.unregister(CRON_TABS);
    eventually().until(() -> views.now(tabs).list().isEmpty());
  }

  @Test
  void ofALargeObjectOnlyTheDeclaredFieldsAreKept() {
    cluster.create("default", "large", "x".repeat(1 << 20));
    Read small = read("data.none");
    follow(small);
    cluster.create("default", "larger", "y".repeat(1 << 20));
    awaitEqual(small);

    for (Object map : views.now(small).list()) {
      assertThat(((ConfigMap) map).getData()).isEmpty();
    }
  }

  @Test
  void tenThousandNamespacesAreFollowed() {
    var namespaces = new GroupResource("", "namespaces");
    for (int i = 0; i < 10_000; i++) {
      var namespace = JsonNodeFactory.instance.objectNode();
      namespace.put("apiVersion", "v1").put("kind", "Namespace");
      namespace.putObject("metadata").put("name", "team-" + i).putObject("labels").put("n", "" + i);
      cluster.objects().create(namespaces, namespace);
    }
    var read =
        new Read(
            Namespace.class,
            "",
            new GroupVersionResource("", "v1", "namespaces"),
            List.of(),
            List.of(),
            OnStale.FAIL);
    follow(read);

    assertThat(views.now(read).list()).hasSizeGreaterThanOrEqualTo(10_000);
    assertThat(views.now(read).list("n=7"))
        .singleElement()
        .satisfies(
            found -> assertThat(((Namespace) found).getMetadata().getName()).isEqualTo("team-7"));
    assertThat(cluster.requests("list namespaces")).isGreaterThanOrEqualTo(20);
  }

  @Test
  void closingEndsTheThreads() {
    follow(read());
    awaitEqual(read());

    views.close();
    cluster.executor.shutdown();

    eventually().until(cluster.executor::isTerminated);
  }
}
