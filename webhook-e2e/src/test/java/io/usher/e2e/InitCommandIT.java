package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code usher init} with the sample's rules, over objects of a real API server. */
@ExtendWith(ClusterExtension.class)
final class InitCommandIT {

  private static final String MANAGED_BY = "app.kubernetes.io/managed-by";

  private final TestNamespace namespace;
  private final KubernetesApi api;
  private final UsherProcess.Launcher usher;
  private final Kubectl kubectl;

  InitCommandIT(
      TestNamespace namespace, KubernetesApi api, UsherProcess.Launcher usher, Kubectl kubectl) {
    this.namespace = namespace;
    this.api = api;
    this.usher = usher;
    this.kubectl = kubectl;
  }

  @BeforeEach
  void createObjects() {
    for (String name : List.of("free", "free-too")) {
      api.create(namespace.path("v1", "pods"), Documents.pod(name)).accepted();
    }
    ObjectNode owned = Documents.pod("owned");
    owned
        .withArray("/metadata/ownerReferences")
        .addObject()
        .put("apiVersion", "apps/v1")
        .put("kind", "ReplicaSet")
        .put("name", "web")
        .put("uid", "8e2c")
        .put("controller", true);
    api.create(namespace.path("v1", "pods"), owned).accepted();
  }

  @Test
  void planShowsAndApplyChangesEachObjectOnce() throws IOException {
    Kubectl.Output plan = init("plan");

    assertThat(plan.exitCode()).as(plan.err()).isEqualTo(1);
    assertThat(plan.out())
        .contains(
            "+++ Pod " + namespace.name() + "/free with the rules",
            "+++ Pod " + namespace.name() + "/free-too with the rules",
            "+    " + MANAGED_BY + ": platform",
            "Pod " + namespace.name() + "/owned is left alone: ReplicaSet web maintains it");
    assertThat(labels("free").has(MANAGED_BY)).isFalse();

    Kubectl.Output dryRun = init("apply", "--dry-run=server");

    assertThat(dryRun.out()).as(dryRun.err()).contains(" would be changed");
    assertThat(labels("free").has(MANAGED_BY)).isFalse();

    Kubectl.Output apply = init("apply");

    assertThat(apply.out()).as(apply.err()).contains(" changed");
    assertThat(labels("free").path(MANAGED_BY).asText()).isEqualTo("platform");
    assertThat(labels("free-too").path(MANAGED_BY).asText()).isEqualTo("platform");
    assertThat(labels("owned").has(MANAGED_BY)).isFalse();
    assertThat(managers("free")).contains("usher-initializer");
    String version = version("free");

    init("apply");

    assertThat(version("free")).isEqualTo(version);
  }

  private Kubectl.Output init(String... arguments) throws IOException {
    Path kubeconfig = usher.work().resolve("init.kubeconfig");
    Files.writeString(kubeconfig, kubectl.run("", "config", "view", "--raw").out());
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                usher.server().toString(),
                "init"));
    command.addAll(List.of(arguments));
    command.addAll(
        List.of(
            "--rules=" + Path.of(System.getProperty("usher.e2e.sample")).resolve("target"),
            "--kubeconfig=" + kubeconfig));
    return Kubectl.run(new ProcessBuilder(command), "");
  }

  private Answer pod(String name) {
    return api.get(namespace.path("v1", "pods") + "/" + name).accepted();
  }

  private JsonNode labels(String pod) {
    return pod(pod).at("/metadata/labels");
  }

  private String version(String pod) {
    return pod(pod).at("/metadata/resourceVersion").asText();
  }

  private List<String> managers(String pod) {
    var managers = new ArrayList<String>();
    pod(pod)
        .at("/metadata/managedFields")
        .forEach(entry -> managers.add(entry.path("manager").asText()));
    return managers;
  }
}
