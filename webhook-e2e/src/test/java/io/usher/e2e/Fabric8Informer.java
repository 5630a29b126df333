package io.usher.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** fabric8's informer. */
final class Fabric8Informer implements Follower {

  private final KubernetesClient client;
  private final SharedIndexInformer<ConfigMap> informer;
  private final List<Seen> seen = new CopyOnWriteArrayList<>();

  /**
   * @param webSocket whether its watches begin with a WebSocket, as they do by default
   */
  Fabric8Informer(String kubeconfig, String namespace, boolean webSocket) {
    Config config = Config.fromKubeconfig(kubeconfig);
    config.setOnlyHttpWatches(!webSocket);
    client = new KubernetesClientBuilder().withConfig(config).build();
    informer =
        client
            .configMaps()
            .inNamespace(namespace)
            .runnableInformer(0)
            .exceptionHandler((started, failure) -> true)
            .addEventHandler(
                new ResourceEventHandler<>() {
                  @Override
                  public void onAdd(ConfigMap object) {
                    saw(object);
                  }

                  @Override
                  public void onUpdate(ConfigMap before, ConfigMap after) {
                    saw(after);
                  }

                  @Override
                  public void onDelete(ConfigMap object, boolean finalStateUnknown) {
                    saw(object);
                  }
                });
    informer.start();
  }

  private void saw(ConfigMap object) {
    seen.add(
        new Seen(
            object.getMetadata().getUid(),
            Long.parseLong(object.getMetadata().getResourceVersion())));
  }

  @Override
  public Map<String, String> store() {
    var held = new TreeMap<String, String>();
    for (ConfigMap each : informer.getStore().list()) {
      held.put(
          each.getMetadata().getName(),
          Documents.sorted(client.getKubernetesSerialization().convertValue(each, JsonNode.class)));
    }
    return held;
  }

  @Override
  public List<Seen> seen() {
    return seen;
  }

  @Override
  public void close() {
    informer.close();
    client.close();
  }
}
