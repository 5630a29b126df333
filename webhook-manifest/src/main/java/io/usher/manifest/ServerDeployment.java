package io.usher.manifest;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.List;

/** The Deployment: a review must find a ready Pod at any moment, also while Pods are replaced. */
final class ServerDeployment {

  static final String HTTPS = "https";
  static final String HEALTH = "health";
  static final int HTTPS_PORT = 8443;
  static final int HEALTH_PORT = 8080;

  private static final String CERTIFICATE_PATH = "/etc/usher/tls";

  /** The CA of the certificate that kube-apiserver shows. */
  private static final String CLIENT_AUTHORITY = "client-ca.crt";

  static final String RULE_CONFIG_PATH = "/etc/usher/rules";
  static final String RULE_CONFIG_FILE = "rules.yaml";
  static final String RULE_CONFIG_ARGUMENT =
      "--rule-config=" + RULE_CONFIG_PATH + "/" + RULE_CONFIG_FILE;

  /** The image's user, which owns nothing in it. */
  private static final long USER = 10001;

  /** Requests that use the cluster wait for reviews, those of its own repair too. */
  private static final String PRIORITY_CLASS = "system-cluster-critical";

  /** Until every kube-proxy and the API server have heard that the Pod goes. */
  private static final long DRAIN_SECONDS = 5;

  /** The drain, the server's own delay of 5 s and its 30 s for reviews in flight, and 5 s more. */
  private static final long GRACE_SECONDS = 45;

  private static final String MEMORY = "384Mi";

  /** The heap is 47 % of it: 60 MiB more for views, about 100,000 Pods of a few fields each. */
  private static final String MEMORY_WITH_VIEWS = "512Mi";

  /** A JVM on a busy node, with its rules and 100 self-reviews, is ready in a tenth of this. */
  private static final int START_SECONDS = 120;

  private final Installation installation;

  private final boolean reads;

  /**
   * @param reads whether rules read the cluster: then it has a token, and memory for the views
   */
  ServerDeployment(Installation installation, boolean reads) {
    this.installation = installation;
    this.reads = reads;
  }

  /**
   * Without {@code replicas}: applied again, it would undo what the HorizontalPodAutoscaler chose,
   * which brings the one replica of a new Deployment to the fewest wanted before it asks for a
   * metric (kubernetes, pkg/controller/podautoscaler/horizontal.go, {@code reconcileAutoscaler}).
   */
  Deployment build(ObjectMeta metadata) {
    return new DeploymentBuilder()
        .withMetadata(metadata)
        .withNewSpec()
        .withRevisionHistoryLimit(3)
        .withNewSelector()
        .withMatchLabels(installation.selector())
        .endSelector()
        .withNewStrategy()
        .withType("RollingUpdate")
        .withNewRollingUpdate()
        .withNewMaxSurge(1)
        .withNewMaxUnavailable(0)
        .endRollingUpdate()
        .endStrategy()
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(installation.selector())
        .endMetadata()
        .withSpec(pod())
        .endTemplate()
        .endSpec()
        .build();
  }

  /**
   * The same as a static Pod: on the host's network, as there may be no other yet, with files of
   * the host, and nothing of a cluster.
   */
  Pod staticPod(ControlPlane plane) {
    PodSpec pod = podWithoutRuleConfig();
    pod.setServiceAccountName(null);
    pod.setAutomountServiceAccountToken(false);
    pod.setHostNetwork(true);
    pod.setPriorityClassName("system-node-critical");
    pod.setTopologySpreadConstraints(List.of());
    pod.getVolumes()
        .replaceAll(
            volume ->
                volume.getName().equals("tls")
                    ? new VolumeBuilder()
                        .withName("tls")
                        .withNewHostPath()
                        .withPath(plane.folder())
                        .withType("Directory")
                        .endHostPath()
                        .build()
                    : volume);
    Container container = pod.getContainers().get(0);
    int port = plane.server().getPort() < 0 ? 443 : plane.server().getPort();
    container.getArgs().replaceAll(arg -> arg.startsWith("--port=") ? "--port=" + port : arg);
    container.getPorts().get(0).setContainerPort(port);
    // Whoever asks shows the certificate of kube-apiserver.
    container.getArgs().add("--client-ca=" + CERTIFICATE_PATH + '/' + CLIENT_AUTHORITY);
    if (installation.ruleConfig() != null) {
      container.getArgs().add("--rule-config=" + CERTIFICATE_PATH + '/' + RULE_CONFIG_FILE);
    }
    return new PodBuilder()
        .withApiVersion("v1")
        .withKind("Pod")
        .withNewMetadata()
        .withName(installation.name())
        .withNamespace("kube-system")
        .withLabels(installation.selector())
        .endMetadata()
        .withSpec(pod)
        .build();
  }

  private PodSpec pod() {
    PodSpec pod = podWithoutRuleConfig();
    if (installation.ruleConfig() != null) {
      Container container = pod.getContainers().get(0);
      container.getArgs().add(RULE_CONFIG_ARGUMENT);
      container
          .getVolumeMounts()
          .add(
              new VolumeMountBuilder()
                  .withName("rules")
                  .withMountPath(RULE_CONFIG_PATH)
                  .withReadOnly(true)
                  .build());
      pod.getVolumes()
          .add(
              new VolumeBuilder()
                  .withName("rules")
                  .withNewConfigMap()
                  .withName(installation.ruleConfigMap())
                  .endConfigMap()
                  .build());
    }
    return pod;
  }

  private PodSpec podWithoutRuleConfig() {
    return new PodSpecBuilder()
        .withServiceAccountName(installation.name())
        .withAutomountServiceAccountToken(reads)
        // as the environment is configuration, a Service's name must not appear in it
        .withEnableServiceLinks(false)
        .withPriorityClassName(PRIORITY_CLASS)
        .withTerminationGracePeriodSeconds(GRACE_SECONDS)
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withRunAsUser(USER)
        .withRunAsGroup(USER)
        .withFsGroup(USER)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .withTopologySpreadConstraints(
            spreadOver("topology.kubernetes.io/zone"), spreadOver("kubernetes.io/hostname"))
        .withContainers(container())
        .addNewVolume()
        .withName("tls")
        .withNewSecret()
        .withSecretName(installation.certificateSecret())
        .withDefaultMode(0440)
        .endSecret()
        .endVolume()
        .addNewVolume()
        .withName("tmp")
        .withNewEmptyDir()
        .withSizeLimit(new Quantity("64Mi"))
        .endEmptyDir()
        .endVolume()
        .build();
  }

  /** Where there is but one zone or node, the Pods share it. */
  private TopologySpreadConstraint spreadOver(String topologyKey) {
    return new TopologySpreadConstraintBuilder()
        .withTopologyKey(topologyKey)
        .withMaxSkew(1)
        .withWhenUnsatisfiable("ScheduleAnyway")
        .withNewLabelSelector()
        .withMatchLabels(installation.selector())
        .endLabelSelector()
        .withMatchLabelKeys("pod-template-hash")
        .build();
  }

  private Container container() {
    return new ContainerBuilder()
        .withName("usher")
        .withImage(installation.image())
        .withImagePullPolicy("IfNotPresent")
        .withArgs(
            List.of(
                "serve",
                "--rules=/usher/rules",
                "--cert=" + CERTIFICATE_PATH + "/tls.crt",
                "--key=" + CERTIFICATE_PATH + "/tls.key",
                "--port=" + HTTPS_PORT,
                "--health-port=" + HEALTH_PORT))
        .addAllToArgs(installation.arguments())
        .addNewPort()
        .withName(HTTPS)
        .withContainerPort(HTTPS_PORT)
        .endPort()
        .addNewPort()
        .withName(HEALTH)
        .withContainerPort(HEALTH_PORT)
        .endPort()
        .withStartupProbe(probe("/readyz", 1, START_SECONDS))
        .withReadinessProbe(probe("/readyz", 2, 2))
        .withLivenessProbe(probe("/livez", 10, 3))
        .withNewLifecycle()
        .withNewPreStop()
        .withNewSleep(DRAIN_SECONDS)
        .endPreStop()
        .endLifecycle()
        .withResources(resources())
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .addNewVolumeMount()
        .withName("tls")
        .withMountPath(CERTIFICATE_PATH)
        .withReadOnly(true)
        .endVolumeMount()
        .addNewVolumeMount()
        .withName("tmp")
        .withMountPath("/tmp")
        .endVolumeMount()
        .build();
  }

  private static Probe probe(String path, int periodSeconds, int failureThreshold) {
    return new ProbeBuilder()
        .withNewHttpGet()
        .withPath(path)
        .withNewPort(HEALTH)
        .endHttpGet()
        .withPeriodSeconds(periodSeconds)
        .withFailureThreshold(failureThreshold)
        .withTimeoutSeconds(1)
        .build();
  }

  /**
   * Memory that is promised is memory that can't be taken back, so both are the same; of the
   * processor a JVM needs a lot as it starts and little afterwards.
   */
  private ResourceRequirements resources() {
    var memory = new Quantity(reads ? MEMORY_WITH_VIEWS : MEMORY);
    return new ResourceRequirementsBuilder()
        .addToRequests("cpu", new Quantity("250m"))
        .addToRequests("memory", memory)
        .addToLimits("cpu", new Quantity("2"))
        .addToLimits("memory", memory)
        .build();
  }
}
