package io.usher.e2e;

import static io.usher.e2e.Fabric8Steps.configMap;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/** Steps that follow changes. */
final class WatchSteps {

  private WatchSteps() {}

  static void addTo(Fabric8Steps steps) {
    watches(steps);
  }

  private static void watches(Fabric8Steps steps) {
    steps.add(
        "watch",
        client -> {
          var events = new CopyOnWriteArrayList<String>();
          try (var watch =
              client.configMaps().withLabel("watched", "yes").watch(new Events(events))) {
            change(client, events);
          }
          return List.copyOf(events);
        });
    steps.add(
        "watch from a version",
        client -> {
          var events = new CopyOnWriteArrayList<String>();
          String version = client.configMaps().list().getMetadata().getResourceVersion();
          change(client, null);
          var options =
              new ListOptionsBuilder()
                  .withResourceVersion(version)
                  .withLabelSelector("watched=yes")
                  .build();
          try (var watch = client.configMaps().watch(options, new Events(events))) {
            Eventually.eventually(() -> Assertions.assertThat(events).hasSize(3));
          }
          return List.copyOf(events);
        });
    steps.add(
        "inform",
        client -> {
          var events = new CopyOnWriteArrayList<String>();
          try (var informer =
              client
                  .configMaps()
                  .withLabel("watched", "yes")
                  .inform(
                      new ResourceEventHandler<>() {
                        @Override
                        public void onAdd(ConfigMap map) {
                          events.add("ADDED " + shown(map));
                        }

                        @Override
                        public void onUpdate(ConfigMap before, ConfigMap after) {
                          events.add("MODIFIED " + shown(after));
                        }

                        @Override
                        public void onDelete(ConfigMap map, boolean unknown) {
                          events.add("DELETED " + shown(map));
                        }
                      })) {
            change(client, events);
          }
          return List.copyOf(events);
        });
    steps.add(
        "wait for a change",
        client -> {
          client.resource(configMap("awaited", "1")).create();
          var changed =
              client
                  .configMaps()
                  .withName("awaited")
                  .informOnCondition(
                      maps -> !maps.isEmpty() && maps.get(0).getData().containsKey("late"));
          client
              .configMaps()
              .withName("awaited")
              .edit(map -> new ConfigMapBuilder(map).addToData("late", "yes").build());
          return changed.orTimeout(30, TimeUnit.SECONDS).join();
        });
  }

  private static String shown(ConfigMap map) {
    return map.getMetadata().getName() + ' ' + map.getData();
  }

  private record Events(List<String> events) implements Watcher<ConfigMap> {
    @Override
    public void eventReceived(Action action, ConfigMap map) {
      events.add(action + " " + shown(map));
    }

    @Override
    public void onClose(WatcherException cause) {
      events.add("closed: " + cause.getMessage());
    }
  }

  /** Creates, changes and deletes an object, each when the events tell of what was before. */
  private static void change(KubernetesClient client, @Nullable List<String> events) {
    client
        .resource(
            new ConfigMapBuilder(configMap("w", "1"))
                .editMetadata()
                .addToLabels("watched", "yes")
                .endMetadata()
                .build())
        .create();
    await(events, 1);
    client
        .configMaps()
        .withName("w")
        .edit(map -> new ConfigMapBuilder(map).addToData("n", "2").build());
    await(events, 2);
    client.configMaps().withName("w").delete();
    await(events, 3);
  }

  private static void await(@Nullable List<String> events, int size) {
    if (events != null) {
      Eventually.eventually(() -> Assertions.assertThat(events).hasSize(size));
    }
  }
}
