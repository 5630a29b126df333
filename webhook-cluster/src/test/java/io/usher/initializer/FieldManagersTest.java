package io.usher.initializer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class FieldManagersTest {

  @Test
  void toolsThatKeepObjectsAsTheirRepositoryHasThemGiveAWarningEach() throws IOException {
    assertThat(
            FieldManagers.warnings(
                managedBy("kubectl", "argocd-controller", "Helm", "argocd-controller")))
        .containsExactly(
            "argocd-controller manages it and may undo the change; change it in its repository,"
                + " too",
            "Helm manages it and may undo the change; change it in its repository, too");
  }

  @Test
  void othersGiveNone() throws IOException {
    assertThat(FieldManagers.warnings(managedBy("kubectl", "kube-controller-manager"))).isEmpty();
    assertThat(FieldManagers.warnings(managedBy())).isEmpty();
  }

  private static ObjectNode managedBy(String... managers) throws IOException {
    var object = (ObjectNode) new ObjectMapper().readTree("{\"metadata\":{\"managedFields\":[]}}");
    for (String manager : managers) {
      object.withArray("/metadata/managedFields").addObject().put("manager", manager);
    }
    return object;
  }
}
