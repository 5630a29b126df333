package io.usher.manifest;

import static io.usher.admission.Operation.CREATE;
import static io.usher.webhook.RuleTarget.on;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.usher.webhook.LiveReadTarget;
import io.usher.webhook.ReadTarget;
import io.usher.webhook.WebhookRegistration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadAccessTest {

  private static final Installation INSTALLATION =
      new Installation("gate", "gate-system", "localhost/gate:1");

  private static WebhookRegistration reading(String name, ReadTarget<?>... reads) {
    var webhook =
        WebhookRegistration.named(name).editing("rule", on(Pod.class, CREATE), (pod, call) -> {});
    for (ReadTarget<?> read : reads) {
      webhook.reads(read);
    }
    return webhook.build();
  }

  private static WebhookRegistration asking(String name, LiveReadTarget... reads) {
    var webhook =
        WebhookRegistration.named(name).editing("rule", on(Pod.class, CREATE), (pod, call) -> {});
    for (LiveReadTarget read : reads) {
      webhook.readsLive(read);
    }
    return webhook.build();
  }

  private static String yaml(ObjectNode object) {
    return KubernetesYaml.write(List.of(object));
  }

  private static List<ObjectNode> objects(WebhookRegistration... webhooks) {
    return new ServerObjects(INSTALLATION, List.of(webhooks)).all();
  }

  private static ObjectNode named(List<ObjectNode> objects, String kind, String name) {
    return objects.stream()
        .filter(object -> object.get("kind").asText().equals(kind))
        .filter(object -> object.at("/metadata/name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatIsDeclaredIsGrantedAndNothingElse() {
    List<ObjectNode> objects =
        objects(
            reading("a.example.com", ReadTarget.of(Ingress.class), ReadTarget.of(Namespace.class)),
            reading(
                "b.example.com",
                ReadTarget.of(ConfigMap.class),
                ReadTarget.of(Namespace.class),
                ReadTarget.of("crontabs.v1.stable.example.com")));

    assertThat(yaml(named(objects, "ClusterRole", "gate-reads")))
        .isEqualTo(
            """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata:
              name: gate-reads
              labels:
                app.kubernetes.io/name: gate
            rules:
            - apiGroups:
              - ""
              resources:
              - configmaps
              - namespaces
              verbs:
              - list
              - watch
            - apiGroups:
              - networking.k8s.io
              resources:
              - ingresses
              verbs:
              - list
              - watch
            - apiGroups:
              - stable.example.com
              resources:
              - crontabs
              verbs:
              - list
              - watch
            """);
    assertThat(yaml(named(objects, "ClusterRoleBinding", "gate-reads")))
        .isEqualTo(
            """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata:
              name: gate-reads
              labels:
                app.kubernetes.io/name: gate
            roleRef:
              kind: ClusterRole
              name: gate-reads
              apiGroup: rbac.authorization.k8s.io
            subjects:
            - kind: ServiceAccount
              name: gate
              namespace: gate-system
            """);
    assertThat(yaml(named(objects, "NetworkPolicy", "gate-reads")))
        .isEqualTo(
            """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata:
              name: gate-reads
              namespace: gate-system
              labels:
                app.kubernetes.io/name: gate
            spec:
              egress:
              - ports:
                - port: 443
                  protocol: TCP
                - port: 6443
                  protocol: TCP
                - port: 8443
                  protocol: TCP
              podSelector:
                matchLabels:
                  app.kubernetes.io/name: gate
              policyTypes:
              - Egress
            """);
  }

  @Test
  void whatIsAskedLiveIsGrantedToGetOrToListAlone() {
    List<ObjectNode> objects =
        objects(
            reading("a.example.com", ReadTarget.of(Namespace.class)),
            asking(
                "b.example.com",
                LiveReadTarget.of(Namespace.class),
                LiveReadTarget.of(Secret.class),
                LiveReadTarget.of(ConfigMap.class).list(),
                LiveReadTarget.of("nodes/proxy")));

    assertThat(yaml(named(objects, "ClusterRole", "gate-reads")))
        .endsWith(
            """
            rules:
            - apiGroups:
              - ""
              resources:
              - configmaps
              verbs:
              - get
              - list
            - apiGroups:
              - ""
              resources:
              - namespaces
              verbs:
              - get
              - list
              - watch
            - apiGroups:
              - ""
              resources:
              - nodes/proxy
              - secrets
              verbs:
              - get
            """);
  }

  @Test
  void aServerThatOnlyAsksHasATokenAndAnOpenWay() {
    List<ObjectNode> objects = objects(asking("a.example.com", LiveReadTarget.of(Namespace.class)));

    assertThat(
            named(objects, "Deployment", "gate")
                .at("/spec/template/spec/automountServiceAccountToken")
                .asBoolean())
        .isTrue();
    assertThat(named(objects, "NetworkPolicy", "gate-reads").isEmpty()).isFalse();
  }

  @Test
  void onlyAServerThatReadsHasATokenAndMemoryForIt() {
    ObjectNode reads =
        named(
            objects(reading("a.example.com", ReadTarget.of(Namespace.class))),
            "Deployment",
            "gate");
    assertThat(reads.at("/spec/template/spec/automountServiceAccountToken").asBoolean()).isTrue();
    assertThat(reads.at("/spec/template/spec/containers/0/resources/limits/memory").asText())
        .isEqualTo("512Mi");

    List<ObjectNode> none = objects(reading("a.example.com"));
    ObjectNode readsNothing = named(none, "Deployment", "gate");
    assertThat(readsNothing.at("/spec/template/spec/automountServiceAccountToken").asBoolean(true))
        .isFalse();
    assertThat(readsNothing.at("/spec/template/spec/containers/0/resources/limits/memory").asText())
        .isEqualTo("384Mi");
    assertThat(none).noneMatch(object -> object.get("kind").asText().startsWith("ClusterRole"));
    assertThat(none).noneMatch(object -> object.at("/metadata/name").asText().equals("gate-reads"));
  }
}
