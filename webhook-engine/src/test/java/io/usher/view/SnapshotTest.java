package io.usher.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.usher.admission.GroupVersionResource;
import io.usher.cluster.FieldPath;
import io.usher.cluster.Index;
import io.usher.cluster.Lister;
import io.usher.cluster.OnStale;
import io.usher.cluster.Read;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotTest {

  private static final GroupVersionResource MAPS = new GroupVersionResource("", "v1", "configmaps");

  static final class ByHost implements Index<ConfigMap> {
    @Override
    public Collection<String> keys(ConfigMap map) {
      String hosts = map.getData().get("hosts");
      return List.of(hosts.split(","));
    }
  }

  static final class ByNothing implements Index<ConfigMap> {
    @Override
    public Collection<String> keys(ConfigMap map) {
      return List.of();
    }
  }

  private static final Read READ =
      new Read(ConfigMap.class, "", MAPS, List.of(ByHost.class), List.of(), OnStale.FAIL);

  private Snapshot snapshot = Snapshot.empty(ViewSpec.of(List.of(READ)).get(0));

  private static StoredObject map(String namespace, String name, String data) {
    String json =
        """
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": "%s", "name": "%s",
         "labels": {"app": "%s"}}, "data": %s}
        """
            .formatted(namespace, name, name, data);
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      parser.nextToken();
      return new ObjectPruner(List.of()).read(parser, null, null);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void put(String namespace, String name, String hosts) {
    snapshot = snapshot.with(map(namespace, name, "{\"hosts\": \"" + hosts + "\"}"));
  }

  @SuppressWarnings("unchecked") // the read is of this type
  private Lister<ConfigMap> lister() {
    return (Lister<ConfigMap>) snapshot.lister(READ, Duration.ofSeconds(3));
  }

  private static List<String> names(List<ConfigMap> maps) {
    return maps.stream()
        .map(map -> map.getMetadata().getNamespace() + "/" + map.getMetadata().getName())
        .toList();
  }

  @Test
  void objectsAreFoundByNameNamespaceAndLabels() {
    put("b", "one", "x");
    put("a", "two", "x");
    put("a", "one", "x");

    assertThat(names(lister().list())).containsExactly("a/one", "a/two", "b/one");
    assertThat(names(lister().inNamespace("a"))).containsExactly("a/one", "a/two");
    assertThat(names(lister().list("app=one"))).containsExactly("a/one", "b/one");
    assertThat(names(lister().inNamespace("a", "app!=one"))).containsExactly("a/two");
    assertThat(lister().inNamespace("none")).isEmpty();
    assertThat(lister().get("b", "one")).isPresent();
    assertThat(lister().get("b", "two")).isEmpty();
    assertThat(lister().age()).isEqualTo(Duration.ofSeconds(3));
    assertThat(snapshot.size()).isEqualTo(3);
  }

  @Test
  void anIndexFollowsItsObjects() {
    put("a", "one", "x,y,x");
    put("a", "two", "y");
    assertThat(names(lister().byIndex(ByHost.class, "y"))).containsExactly("a/one", "a/two");
    assertThat(names(lister().byIndex(ByHost.class, "x"))).containsExactly("a/one");

    put("a", "one", "z");
    assertThat(names(lister().byIndex(ByHost.class, "y"))).containsExactly("a/two");
    assertThat(lister().byIndex(ByHost.class, "x")).isEmpty();
    assertThat(names(lister().byIndex(ByHost.class, "z"))).containsExactly("a/one");

    snapshot = snapshot.without("a", "one").without("a", "none").without("none", "one");
    assertThat(lister().byIndex(ByHost.class, "z")).isEmpty();
    assertThat(snapshot.size()).isEqualTo(1);
  }

  @Test
  void anIndexThatFailedIsNotWholeUntilTheObjectChanges() {
    put("a", "one", "x");
    snapshot = snapshot.with(map("a", "bad", "null"));

    assertThatThrownBy(() -> lister().byIndex(ByHost.class, "x"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("index ByHost failed on a/bad");
    assertThat(lister().get("a", "bad")).isPresent();

    put("a", "bad", "x");
    assertThat(names(lister().byIndex(ByHost.class, "x"))).containsExactly("a/bad", "a/one");
  }

  @Test
  void anIndexThatIsNotDeclaredIsRefused() {
    assertThatThrownBy(() -> lister().byIndex(ByNothing.class, "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no @Reads of configmaps declares the index ByNothing; add it there");
  }

  @Test
  void anEarlierSnapshotStaysAsItWas() {
    put("a", "one", "x");
    Snapshot before = snapshot;
    put("a", "one", "y");
    put("a", "two", "y");

    assertThat(before.size()).isEqualTo(1);
    assertThat(before.byIndex(ByHost.class, "x")).hasSize(1);
    assertThat(before.byIndex(ByHost.class, "y")).isEmpty();
  }

  @Test
  void whatIsDoneToAnObjectReachesNobody() {
    put("a", "one", "x");
    List<ConfigMap> list = lister().list();
    list.get(0).setData(null);
    lister().get("a", "one").orElseThrow().setData(null);

    assertThat(list.get(0).getData()).isNull();
    assertThat(lister().list().get(0).getData()).containsEntry("hosts", "x");
    assertThatThrownBy(() -> list.remove(0)).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void oneViewHasTheFieldsAndIndexesOfAllReads() {
    Read fields = read(List.of(), "data.a");
    Read others = read(List.of(ByHost.class), "data.b", "data.a");
    Read indexes = read(List.of(ByNothing.class, ByHost.class), "data.b");
    Read pods =
        new Read(
            ConfigMap.class,
            "",
            new GroupVersionResource("", "v1", "pods"),
            List.of(),
            List.of(),
            OnStale.FAIL);

    List<ViewSpec> specs = ViewSpec.of(List.of(fields, others, pods, indexes));

    assertThat(specs).extracting(ViewSpec::label).containsExactly("configmaps", "pods");
    assertThat(specs.get(0).fields())
        .containsExactly(FieldPath.parse("data.a"), FieldPath.parse("data.b"));
    assertThat(specs.get(0).indexes())
        .extracting(ObjectIndex::name)
        .containsExactly("ByHost", "ByNothing");
    assertThat(ViewSpec.of(List.of(fields, READ)).get(0).fields()).isEmpty();
  }

  private static Read read(List<Class<? extends Index<?>>> indexes, String... fields) {
    return new Read(
        ConfigMap.class,
        "",
        MAPS,
        indexes,
        List.of(fields).stream().map(FieldPath::parse).toList(),
        OnStale.FAIL);
  }
}
