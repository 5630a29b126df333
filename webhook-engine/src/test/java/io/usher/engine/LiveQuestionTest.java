package io.usher.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.usher.admission.GroupVersionResource;
import io.usher.cluster.LiveRead;
import io.usher.engine.LiveQuestion.Objects;
import io.usher.engine.LiveQuestion.OneObject;
import io.usher.engine.LiveQuestion.Proxied;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiveQuestionTest {

  private static final LiveRead PODS = read("", "pods");
  private static final LiveRead DEPLOYMENTS = read("apps", "deployments");

  private static LiveRead read(String group, String plural) {
    return new LiveRead(
        GenericKubernetesResource.class,
        "",
        new GroupVersionResource(group, "v1", plural),
        "",
        true,
        Duration.ZERO);
  }

  @Test
  void pathsAreTheApiServers() {
    assertThat(new OneObject(PODS, "shop", "web").path())
        .isEqualTo("api/v1/namespaces/shop/pods/web");
    assertThat(new OneObject(read("", "nodes"), "", "node-1").path())
        .isEqualTo("api/v1/nodes/node-1");
    assertThat(new OneObject(read("rbac.authorization.k8s.io", "clusterroles"), "", "a:b c").path())
        .isEqualTo("apis/rbac.authorization.k8s.io/v1/clusterroles/a%3Ab%20c");
    assertThat(new Objects(DEPLOYMENTS, "", "").path()).isEqualTo("apis/apps/v1/deployments");
    assertThat(new Objects(DEPLOYMENTS, "shop", "app=web,tier!=cache").path())
        .isEqualTo(
            "apis/apps/v1/namespaces/shop/deployments?labelSelector=app%3Dweb%2Ctier%21%3Dcache");
    assertThat(new Proxied(PODS, "shop", "https:web:8443", "metrics?name=a%20b").path())
        .isEqualTo("api/v1/namespaces/shop/pods/https:web:8443/proxy/metrics?name=a%20b");
    assertThat(new Proxied(read("", "nodes"), "", "node-1", "").path())
        .isEqualTo("api/v1/nodes/node-1/proxy/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "../secrets", "a/b", "a%2fb", "a\nb/c"})
  void aNameIsOneSegment(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> new OneObject(PODS, "shop", name));
    if (!name.isEmpty()) {
      assertThatIllegalArgumentException().isThrownBy(() -> new OneObject(PODS, name, "web"));
      assertThatIllegalArgumentException().isThrownBy(() -> new Objects(PODS, name, ""));
      assertThatIllegalArgumentException().isThrownBy(() -> new Proxied(PODS, name, "web", ""));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> new Proxied(PODS, "shop", name, ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/metrics", "..", "a/../../secrets", "./a", "a/.?b", "%2e%2e/a", "a b", "a\nb"})
  void aPathStaysBehindItsProxy(String path) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Proxied(PODS, "shop", "web", path))
        .withMessageContaining("is no path behind a proxy; write one without a slash");
  }
}
