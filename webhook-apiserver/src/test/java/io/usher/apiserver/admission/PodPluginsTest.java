package io.usher.apiserver.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.apiserver.MapObjectStore;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.GroupResource;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PodPluginsTest {

  private final MapObjectStore store = new MapObjectStore();
  private final ServiceAccountAdmission accounts =
      new ServiceAccountAdmission(store, new Random(1));
  private final AlwaysPullImages pull = new AlwaysPullImages();

  @BeforeEach
  void createAccounts() {
    account("default", "");
    account("quiet", "automountServiceAccountToken: false");
    account("puller", "imagePullSecrets: [{name: registry}]");
  }

  private void account(String name, String fields) {
    store.create(
        new GroupResource("", "serviceaccounts"),
        Write.node("{metadata: {namespace: team, name: " + name + "}, " + fields + "}"));
  }

  private static AdmissionAttributes pod(String spec) {
    return Write.create("{kind: Pod, metadata: {namespace: team, name: web}, spec: " + spec + "}");
  }

  private static String admitted(AdmissionAttributes attributes, ServiceAccountAdmission plugin) {
    plugin.admit(attributes);
    plugin.validate(attributes);
    return attributes.object().path("spec").toString();
  }

  @Test
  void podRunsAsDefaultWithItsToken() {
    assertThat(admitted(pod("{containers: [{name: c}]}"), accounts))
        .matches(".*\"name\":\"kube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}\".*")
        .satisfies(
            spec ->
                assertThat(spec.replaceAll("access-[a-z0-9]{5}", "access-x"))
                    .isEqualTo(
                        Write.node(
                                """
                                containers:
                                - name: c
                                  volumeMounts:
                                  - name: kube-api-access-x
                                    readOnly: true
                                    mountPath: /var/run/secrets/kubernetes.io/serviceaccount
                                serviceAccountName: default
                                serviceAccount: default
                                volumes:
                                - name: kube-api-access-x
                                  projected:
                                    sources:
                                    - serviceAccountToken: {expirationSeconds: 3607, path: token}
                                    - configMap:
                                        name: kube-root-ca.crt
                                        items: [{key: ca.crt, path: ca.crt}]
                                    - downwardAPI:
                                        items:
                                        - path: namespace
                                          fieldRef:
                                            apiVersion: v1
                                            fieldPath: metadata.namespace
                                    defaultMode: 420
                                """)
                            .toString()));
  }

  @Test
  void tokenIsMountedOnlyWhereItIsWanted() {
    assertThat(admitted(pod("{serviceAccountName: quiet, containers: [{name: c}]}"), accounts))
        .doesNotContain("kube-api-access");
    assertThat(
            admitted(
                pod("{automountServiceAccountToken: false, containers: [{name: c}]}"), accounts))
        .doesNotContain("kube-api-access");
    assertThat(
            admitted(
                pod(
                    "{serviceAccountName: quiet, automountServiceAccountToken: true, containers:"
                        + " [{name: c}]}"),
                accounts))
        .contains("kube-api-access");
    assertThat(
            admitted(
                pod(
                    "{containers: [{name: c, volumeMounts: [{name: own, mountPath:"
                        + " /var/run/secrets/kubernetes.io/serviceaccount}]}]}"),
                accounts))
        .doesNotContain("kube-api-access");
    assertThat(
            admitted(
                pod(
                    "{containers: [{name: c}], volumes: [{name: kube-api-access-own, emptyDir:"
                        + " {}}]}"),
                accounts))
        .contains("\"volumeMounts\":[{\"name\":\"kube-api-access-own\"")
        .doesNotContain("projected");
  }

  @Test
  void pullSecretsAreTheAccountsUnlessThePodHasItsOwn() {
    assertThat(admitted(pod("{serviceAccountName: puller}"), accounts))
        .contains("\"imagePullSecrets\":[{\"name\":\"registry\"}]");
    assertThat(
            admitted(pod("{serviceAccountName: puller, imagePullSecrets: [{name: a}]}"), accounts))
        .contains("\"imagePullSecrets\":[{\"name\":\"a\"}]");
  }

  @Test
  void accountThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> accounts.admit(pod("{serviceAccountName: nobody}")))
        .hasMessage(
            "pods \"web\" is forbidden: error looking up service account team/nobody:"
                + " serviceaccount \"nobody\" not found");
    assertThatThrownBy(() -> accounts.validate(pod("{containers: []}")))
        .hasMessage("pods \"web\" is forbidden: no service account specified for pod team/web");
  }

  @Test
  void mirrorPodIsLeftAlone() {
    var mirror =
        Write.create(
            "{kind: Pod, metadata: {namespace: team, name: m, annotations:"
                + " {kubernetes.io/config.mirror: x}}, spec: {containers: [{name: c}]}}");
    assertThat(admitted(mirror, accounts)).isEqualTo("{\"containers\":[{\"name\":\"c\"}]}");
    mirror.object().withObject("/spec").put("serviceAccountName", "default");
    assertThatThrownBy(() -> accounts.validate(mirror))
        .hasMessage("pods \"m\" is forbidden: a mirror pod may not reference service accounts");
  }

  @Test
  void updatesKeepTheirAccount() {
    var update =
        Write.update(
            "{kind: Pod, metadata: {namespace: team, name: web}, spec: {}}",
            "{kind: Pod, metadata: {namespace: team, name: web}, spec: {}}");
    assertThat(admitted(update, accounts)).isEqualTo("{}");
  }

  @Test
  void imagesAreAlwaysPulled() {
    var pod =
        pod(
            """
            initContainers: [{image: a, imagePullPolicy: Never}]
            containers: [{image: b}]
            volumes: [{image: {reference: c}}, {emptyDir: {}}]
            """
                .replace("\n", ", ")
                .replaceAll("^(.*), $", "{$1}"));
    pull.admit(pod);
    pull.validate(pod);
    assertThat(pod.object().path("spec"))
        .isEqualTo(
            Write.node(
                """
                initContainers: [{image: a, imagePullPolicy: Always}]
                containers: [{image: b, imagePullPolicy: Always}]
                volumes: [{image: {reference: c, pullPolicy: Always}}, {emptyDir: {}}]
                """));
  }

  @Test
  void policyThatAWebhookPutBackIsRefused() {
    assertThatThrownBy(
            () -> pull.validate(pod("{containers: [{image: a, imagePullPolicy: Never}]}")))
        .hasMessage(
            "pods \"web\" is forbidden: spec.containers[0].imagePullPolicy: Unsupported value:"
                + " \"Never\": supported values: \"Always\"");
    assertThatThrownBy(
            () -> pull.validate(pod("{volumes: [{emptyDir: {}}, {image: {reference: c}}]}")))
        .hasMessage(
            "pods \"web\" is forbidden: spec.volumes[1].image.pullPolicy: Unsupported value: \"\":"
                + " supported values: \"Always\"");
  }

  @Test
  void updateIsLookedAtOnlyForNewImages() {
    String old = "{kind: Pod, metadata: {name: web}, spec: {containers: [{image: a}]}}";
    var same = Write.update(old, old);
    pull.admit(same);
    pull.validate(same);
    assertThat(same.object()).isEqualTo(Write.node(old));
    var changed =
        Write.update("{kind: Pod, metadata: {name: web}, spec: {containers: [{image: b}]}}", old);
    pull.admit(changed);
    assertThat(changed.object().at("/spec/containers/0/imagePullPolicy").asText())
        .isEqualTo("Always");
  }
}
