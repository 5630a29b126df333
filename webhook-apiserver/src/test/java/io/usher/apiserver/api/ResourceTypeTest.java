package io.usher.apiserver.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourceTypeTest {

  @Group("example.com")
  @Version("v1")
  @ShortNames("wd")
  static final class Widget extends CustomResource<String, Void> implements Namespaced {}

  @Test
  void customResourceClassSaysItAll() {
    ResourceType type = ResourceType.of(Widget.class);
    assertThat(type.groupResource()).hasToString("widgets.example.com");
    assertThat(type.kind()).isEqualTo("Widget");
    assertThat(type.listKind()).isEqualTo("WidgetList");
    assertThat(type.scope()).isEqualTo(Scope.NAMESPACED);
    assertThat(type.shortNames()).isEqualTo(List.of("wd"));
    assertThat(type.storedKind()).hasToString("example.com/v1 Widget");
  }

  @Test
  void modelOfFabric8SaysItsGroupAndNames() {
    ResourceType type = ResourceType.of(Deployment.class);
    assertThat(type.groupResource()).hasToString("deployments.apps");
    assertThat(type.singular()).isEqualTo("deployment");
  }

  @Test
  void typeWithoutVersionIsRefused() {
    assertThatThrownBy(() -> ResourceType.builder("example.com", "Widget").build())
        .hasMessage("widgets.example.com has no version: call version(ServedVersion.of(\"v1\"))");
  }
}
