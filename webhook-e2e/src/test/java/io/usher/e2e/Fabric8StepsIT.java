package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.ResourceNotFoundException;
import io.usher.e2e.TwoServers.Both;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What fabric8's client gets from {@code usher apiserver} is what it gets from kube-apiserver:
 * objects and exceptions, as JSON.
 */
class Fabric8StepsIT {

  @TempDir private static Path work;
  private static TwoServers servers;
  private static Both<KubernetesClient> clients;

  @BeforeAll
  static void start() throws IOException {
    servers = new TwoServers(work);
    clients = new Both<>(client(servers.realKubeconfig()), client(servers.ownKubeconfig()));
  }

  private static KubernetesClient client(String kubeconfig) {
    Config config = Config.fromKubeconfig(kubeconfig);
    // an error is shown as it comes
    config.setRequestRetryBackoffLimit(0);
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  /** The same client as another user. */
  static KubernetesClient as(KubernetesClient client, String user) {
    Config config =
        new ConfigBuilder(client.getConfiguration()).withImpersonateUsername(user).build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  @AfterAll
  static void stop() {
    clients.real().close();
    clients.own().close();
    servers.close();
  }

  @TestFactory
  Stream<DynamicTest> clientGetsTheSame() {
    var steps = Fabric8Steps.all();
    assertThat(steps).hasSizeGreaterThanOrEqualTo(60);
    return steps.entrySet().stream()
        .map(each -> DynamicTest.dynamicTest(each.getKey(), () -> compare(each.getValue())));
  }

  private static void compare(Fabric8Steps.Step step) {
    Both<String> results = clients.ask(client -> result(client, step));
    assertThat(results.own()).isEqualTo(results.real());
  }

  private static String result(KubernetesClient client, Fabric8Steps.Step step) {
    try {
      return shown(client, step.apply(client));
    } catch (KubernetesClientException e) {
      return exception(e) + ' ' + e.getCode() + '\n' + shown(client, e.getStatus());
    } catch (ResourceNotFoundException e) {
      return exception(e);
    }
  }

  private static String exception(RuntimeException e) {
    return e.getClass().getSimpleName() + ": " + StepMask.masked(String.valueOf(e.getMessage()));
  }

  private static String shown(KubernetesClient client, Object result) {
    if (result instanceof String text) {
      return StepMask.masked(text);
    }
    JsonNode tree = client.getKubernetesSerialization().convertValue(result, JsonNode.class);
    if (tree == null) {
      return "null";
    }
    for (JsonNode metadata : tree.findValues("metadata")) {
      if (metadata instanceof ObjectNode object) {
        object.remove("managedFields");
        // opaque, and another at each server
        object.remove("continue");
      }
    }
    return StepMask.masked(Documents.sorted(tree));
  }
}
