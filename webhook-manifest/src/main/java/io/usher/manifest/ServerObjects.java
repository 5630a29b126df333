package io.usher.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.usher.webhook.WebhookRegistration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The server in a namespace of its own, and what surrounds it there. */
final class ServerObjects {

  /** What the server asks for is what the strictest of the Pod Security Standards allows. */
  private static final String POD_SECURITY = "restricted";

  /** Where Prometheus usually lives; nobody else may read the metrics. */
  private static final String PROMETHEUS_NAMESPACE = "monitoring";

  static final int REPLICAS = 2;
  private static final int MAX_REPLICAS = 6;

  /** Of what is requested; half of it is left for a burst while another Pod starts. */
  private static final int TARGET_CPU_PERCENT = 50;

  private final Installation installation;

  private final ReadAccess reads;

  ServerObjects(Installation installation, Collection<WebhookRegistration> webhooks) {
    this.installation = installation;
    this.reads = new ReadAccess(installation, webhooks);
  }

  /** All of them, in an order in which they can be created. */
  List<ObjectNode> all() {
    return Stream.concat(
            Stream.of(
                    namespace(),
                    serviceAccount(),
                    service(),
                    ruleConfig(),
                    new ServerDeployment(installation, reads.isNeeded()).build(metadata()),
                    podDisruptionBudget(),
                    horizontalPodAutoscaler(),
                    denyAll(),
                    allowCallers())
                .filter(Objects::nonNull)
                .map(KubernetesYaml::tree),
            reads.objects())
        .toList();
  }

  private ObjectMeta metadata() {
    return metadata(installation.name());
  }

  private ObjectMeta metadata(String name) {
    return new ObjectMetaBuilder()
        .withName(name)
        .withNamespace(installation.namespace())
        .addToLabels(installation.selector())
        .build();
  }

  private Object namespace() {
    return new NamespaceBuilder()
        .withNewMetadata()
        .withName(installation.namespace())
        .addToLabels(installation.selector())
        .addToLabels("pod-security.kubernetes.io/enforce", POD_SECURITY)
        .addToLabels("pod-security.kubernetes.io/warn", POD_SECURITY)
        .endMetadata()
        .build();
  }

  /** Mounted, so that a change of it reaches a running server. */
  private @Nullable Object ruleConfig() {
    return installation.ruleConfig() == null
        ? null
        : new ConfigMapBuilder()
            .withMetadata(metadata(installation.ruleConfigMap()))
            .addToData(ServerDeployment.RULE_CONFIG_FILE, installation.ruleConfig())
            .build();
  }

  /**
   * Of its own, so that nobody's Role is the server's by accident; its own is for what rules read.
   */
  private Object serviceAccount() {
    return new ServiceAccountBuilder()
        .withMetadata(metadata())
        .withAutomountServiceAccountToken(false)
        .build();
  }

  private Object service() {
    return new ServiceBuilder()
        .withMetadata(metadata())
        .withNewSpec()
        .addNewPort()
        .withName(ServerDeployment.HTTPS)
        .withPort(443)
        .withNewTargetPort(ServerDeployment.HTTPS)
        .endPort()
        .addNewPort()
        .withName(ServerDeployment.HEALTH)
        .withPort(ServerDeployment.HEALTH_PORT)
        .withNewTargetPort(ServerDeployment.HEALTH)
        .endPort()
        .withSelector(installation.selector())
        .endSpec()
        .build();
  }

  /**
   * A Pod that isn't ready may go at any time: it serves nobody, and may keep a node from going.
   */
  private Object podDisruptionBudget() {
    return new PodDisruptionBudgetBuilder()
        .withMetadata(metadata())
        .withNewSpec()
        .withNewMaxUnavailable(1)
        .withNewSelector()
        .withMatchLabels(installation.selector())
        .endSelector()
        .withUnhealthyPodEvictionPolicy("AlwaysAllow")
        .endSpec()
        .build();
  }

  private Object horizontalPodAutoscaler() {
    return new HorizontalPodAutoscalerBuilder()
        .withMetadata(metadata())
        .withNewSpec()
        .withMinReplicas(REPLICAS)
        .withMaxReplicas(MAX_REPLICAS)
        .withNewScaleTargetRef("apps/v1", "Deployment", installation.name())
        .addNewMetric()
        .withType("Resource")
        .withNewResource()
        .withName("cpu")
        .withNewTarget()
        .withType("Utilization")
        .withAverageUtilization(TARGET_CPU_PERCENT)
        .endTarget()
        .endResource()
        .endMetric()
        .endSpec()
        .build();
  }

  private Object denyAll() {
    return new NetworkPolicyBuilder()
        .withMetadata(metadata(installation.name() + "-deny-all"))
        .withNewSpec()
        .withNewPodSelector()
        .endPodSelector()
        .withPolicyTypes("Ingress", "Egress")
        .endSpec()
        .build();
  }

  /**
   * The API server is usually on the host network, where no selector finds it: whoever reaches the
   * port may post reviews to it, which is why they are answered without side effects.
   */
  private Object allowCallers() {
    return new NetworkPolicyBuilder()
        .withMetadata(metadata())
        .withNewSpec()
        .withNewPodSelector()
        .withMatchLabels(installation.selector())
        .endPodSelector()
        .withPolicyTypes("Ingress")
        .addNewIngress()
        .addNewPort()
        .withProtocol("TCP")
        .withNewPort(ServerDeployment.HTTPS)
        .endPort()
        .endIngress()
        .addNewIngress()
        .addNewFrom()
        .withNewNamespaceSelector()
        .addToMatchLabels("kubernetes.io/metadata.name", PROMETHEUS_NAMESPACE)
        .endNamespaceSelector()
        .endFrom()
        .addNewPort()
        .withProtocol("TCP")
        .withNewPort(ServerDeployment.HEALTH)
        .endPort()
        .endIngress()
        .endSpec()
        .build();
  }
}
