package io.usher.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.GroupVersionKind;
import io.usher.admission.GroupVersionResource;
import io.usher.admission.Operation;
import io.usher.admission.UserInfo;
import org.junit.jupiter.api.Test;

class RequestsTest {

  @Test
  void createIsAsKubectlMakesIt(@Manifest("pod.yaml") Pod pod) {
    assertThat(Requests.create(pod).build())
        .isEqualTo(
            new AdmissionRequest(
                "00000000-0000-4000-8000-000000000000",
                new GroupVersionKind("", "v1", "Pod"),
                new GroupVersionResource("", "v1", "pods"),
                "",
                new GroupVersionKind("", "v1", "Pod"),
                new GroupVersionResource("", "v1", "pods"),
                "",
                "web",
                "default",
                Operation.CREATE,
                UserInfo.of("jane", "system:authenticated"),
                false,
                Documents.parse(
                    "pod",
                    """
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: web, namespace: default}
                    spec: {containers: [{name: web, image: "nginx:1.29"}]}
                    """),
                null,
                Documents.parse("options", "{apiVersion: meta.k8s.io/v1, kind: CreateOptions}")));
  }

  @Test
  void whatIsSaidWins() {
    var request =
        Requests.update(pod("team-a"), pod("team-a"))
            .namespace("team-b")
            .subresource("status")
            .user("system:serviceaccount:ci:deployer", "system:serviceaccounts")
            .dryRun()
            .build();

    assertThat(request.namespace()).isEqualTo("team-b");
    assertThat(request.subResource()).isEqualTo("status");
    assertThat(request.requestSubResource()).isEqualTo("status");
    assertThat(request.userInfo().groups()).containsExactly("system:serviceaccounts");
    assertThat(request.dryRun()).isTrue();
    assertThat(request.object().at("/metadata/namespace").asText()).isEqualTo("team-b");
    assertThat(request.oldObject().at("/metadata/namespace").asText()).isEqualTo("team-b");
  }

  @Test
  void namespaceOfTheObjectIsTheRequests() {
    assertThat(Requests.delete(pod("team-a")).build().namespace()).isEqualTo("team-a");
  }

  @Test
  void namespaceObjectIsInItself() {
    var request =
        Requests.create("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}").build();

    assertThat(request.namespace()).isEqualTo("shop");
    assertThat(request.object().at("/metadata/namespace").isMissingNode()).isTrue();
  }

  @Test
  void clusterScopedObjectIsInNone() {
    var request =
        Requests.create(
                "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: r}}")
            .build();

    assertThat(request.namespace()).isEmpty();
    assertThat(request.resource().resource()).isEqualTo("clusterroles");
  }

  @Test
  void scaleBelongsToTheResourceItScales() {
    String scale = "{apiVersion: autoscaling/v1, kind: Scale, metadata: {name: web}}";

    var request =
        Requests.update(scale, scale).resource("statefulsets").subresource("scale").build();

    assertThat(request.resource())
        .isEqualTo(new GroupVersionResource("apps", "v1", "statefulsets"));
    assertThat(request.kind()).isEqualTo(new GroupVersionKind("autoscaling", "v1", "Scale"));
  }

  @Test
  void customResourceIsItsKindWithAnSUnlessSaid() {
    String mouse = "{apiVersion: zoo.example.com/v1, kind: Mouse, metadata: {name: m}}";

    assertThat(Requests.create(mouse).build().resource().resource()).isEqualTo("mouses");
    assertThat(Requests.create(mouse).resource("mice").namespace("").build())
        .extracting(AdmissionRequest::resource, AdmissionRequest::namespace)
        .containsExactly(new GroupVersionResource("zoo.example.com", "v1", "mice"), "");
  }

  @Test
  void connectBearsOptionsAndAName() {
    var request =
        Requests.connect(
                "{apiVersion: v1, kind: PodExecOptions, command: [sh]}", "pods/exec", "web")
            .build();

    assertThat(request.operation()).isEqualTo(Operation.CONNECT);
    assertThat(request.resource().resource()).isEqualTo("pods");
    assertThat(request.subResource()).isEqualTo("exec");
    assertThat(request.name()).isEqualTo("web");
    assertThat(request.options()).isNull();
    assertThat(request.object().has("metadata")).isFalse();
  }

  @Test
  void connectWithoutASubresourceIsRefused() {
    assertThatThrownBy(() -> Requests.connect("{}", "pods", "web"))
        .hasMessage("\"pods\" names no subresource, as \"pods/exec\" does");
  }

  @Test
  void objectWithoutAKindIsRefused() {
    var request = Requests.create("{apiVersion: v1}");

    assertThatThrownBy(request::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no apiVersion or no kind");
  }

  @Test
  void numbersStayAsTheyAreWritten() {
    var request = Requests.create("{apiVersion: v1, kind: Pod, a: 1.10, b: 12345678901234567890}");

    assertThat(request.build().object().toString()).contains("1.10", "12345678901234567890");
  }

  private static String pod(String namespace) {
    return "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: " + namespace + "}}";
  }
}
