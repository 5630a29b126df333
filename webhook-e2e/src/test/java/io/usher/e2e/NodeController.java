package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/** {@code usher controller} on the node, as its generated manifests install it. */
final class NodeController {

  /** What {@link Node#deploy} has brought there. */
  private static final String IMAGE = "localhost/labeler:0.1.0";

  private static final DateTimeFormatter LEASE_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final Node node;
  private final String name;

  /**
   * A controller that is not there yet.
   *
   * @param name of the webhook beside it; the namespace is {@code NAME-system}
   */
  NodeController(Node node, String name) {
    this.node = node;
    this.name = name;
  }

  /**
   * Applies its manifests, and no others.
   *
   * @param work a folder for the manifests
   * @param patch of its Deployment, a JSON Patch in YAML
   * @param flags of {@code usher manifests}
   */
  void apply(Path work, Path rules, String patch, String... flags) {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                System.getProperty("usher.e2e.server"),
                "manifests",
                "--rules=" + rules,
                "--name=" + name,
                "--namespace=" + name + "-system",
                "--image=" + IMAGE,
                "--out=" + work.resolve("manifests")));
    command.addAll(List.of(flags));
    Node.run(new ProcessBuilder(command)).succeeded();
    write(
        work.resolve("kustomization.yaml"),
        """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        resources:
        - manifests/base
        patches:
        - target:
            kind: Deployment
            name: %s-controller
          patch: |
        %s
        """
            .formatted(name, patch.indent(4)));
    node.kubectl(
        "apply",
        "--server-side",
        "-k",
        work.toString(),
        "-l",
        "app.kubernetes.io/name=" + name + "-controller");
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the Lease as somebody else's, so that no replica leads yet. */
  void holdBack(Path work) {
    Path file = work.resolve("lease.yaml");
    String now = LEASE_TIME.format(Instant.now());
    write(
        file,
        """
        apiVersion: coordination.k8s.io/v1
        kind: Lease
        metadata: {name: %s-controller, namespace: %s-system}
        spec: {holderIdentity: nobody, leaseDurationSeconds: 3600, acquireTime: "%s", renewTime: "%s"}
        """
            .formatted(name, name, now, now));
    node.kubectl("create", "-f", file.toString());
  }

  /** The Lease is given back, so that one of them leads. */
  void letLead() {
    controller(
        "patch", "lease", name + "-controller", "-p", "{\"spec\": {\"holderIdentity\": \"\"}}");
  }

  /** Waits until both replicas are available. */
  void awaitAvailable() {
    controller("rollout", "status", "deployment/" + name + "-controller", "--timeout=300s");
    assertThat(
            controller(
                "get",
                "deployment",
                name + "-controller",
                "-o",
                "jsonpath={.status.availableReplicas}"))
        .isEqualTo("2");
  }

  /** The replica that holds the Lease, {@code POD_UUID}: another one after each start of it. */
  String leader() {
    return controller(
        "get",
        "lease",
        name + "-controller",
        "--ignore-not-found",
        "-o",
        "jsonpath={.spec.holderIdentity}");
  }

  /** Kills this replica's process. */
  void kill(String replica) {
    node.killContainer(name + "-system", replica.replaceFirst("_.*", ""));
  }

  /** Removes its Deployment: what else there is of it takes no room. */
  void end() {
    controller("delete", "deployment", name + "-controller", "--wait=false");
  }

  /** What it has asked until now. */
  ServiceAccountRequests requests() {
    return new ServiceAccountRequests(node.auditLog(), name + "-system", name + "-controller");
  }

  private String controller(String... arguments) {
    var all = new ArrayList<>(List.of("-n", name + "-system"));
    all.addAll(List.of(arguments));
    return node.kubectl(all.toArray(String[]::new));
  }
}
