package io.usher.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.json.LazyJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionRequestTest {

  @ParameterizedTest
  @CsvSource({
    "Pod, shop, web, Pod shop/web",
    "Pod, shop, '', Pod shop/(unnamed)",
    "ClusterRole, '', reader, ClusterRole reader",
    "Namespace, shop, shop, Namespace shop",
    "ClusterRole, '', '', ClusterRole (unnamed)",
  })
  void describesItsObject(String kind, String namespace, String name, String described) {
    assertThat(request(kind, namespace, name, null).describe()).isEqualTo(described);
  }

  @Test
  void editOfADocumentChangesNothing() {
    byte[] pod = "{\"metadata\":{\"labels\":{\"a\":\"1\"}},\"spec\":{}}".getBytes(UTF_8);
    ObjectNode document = LazyJson.object(pod, 0, pod.length);
    AdmissionRequest request = request("Pod", "shop", "web", document);
    String before = request.object().toString();

    for (ObjectNode copy : List.of(request.object(), request.oldObject(), request.options())) {
      copy.withObject("/metadata/labels").put("a", "2").put("b", "3");
      copy.remove("spec");
    }

    assertThat(request.object()).hasToString(before);
    assertThat(request.oldObject()).hasToString(before);
    assertThat(request.options()).hasToString(before);
  }

  @Test
  void absentDocumentsAreNull() {
    AdmissionRequest request = request("Pod", "shop", "web", null);

    assertThat(request.object()).isNull();
    assertThat(request.oldObject()).isNull();
    assertThat(request.options()).isNull();
  }

  @Test
  void userInfoIsACopy() {
    var groups = new ArrayList<>(List.of("a"));
    var scopes = new ArrayList<>(List.of("view"));
    var extra = new HashMap<String, List<String>>();
    extra.put("scopes", scopes);
    var user = new UserInfo("jane", "7b2c", groups, extra);

    groups.add("b");
    scopes.add("edit");
    extra.clear();

    assertThat(user.groups()).containsExactly("a");
    assertThat(user.extra()).containsOnlyKeys("scopes");
    assertThat(user.extra().get("scopes")).containsExactly("view");
    assertThatThrownBy(() -> user.extra().remove("scopes"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void typesReadAsKubernetesWritesThem() {
    assertThat(new GroupVersionKind("", "v1", "Pod")).hasToString("v1 Pod");
    assertThat(new GroupVersionKind("apps", "v1", "Deployment")).hasToString("apps/v1 Deployment");
    assertThat(new GroupVersionResource("", "v1", "pods")).hasToString("v1 pods");
    assertThat(new GroupVersionResource("apps", "v1", "deployments"))
        .hasToString("apps/v1 deployments");
  }

  static AdmissionRequest request(
      String kind, String namespace, String name, @Nullable ObjectNode document) {
    var type = new GroupVersionKind("", "v1", kind);
    var resource = new GroupVersionResource("", "v1", "things");
    return new AdmissionRequest(
        "u-1",
        type,
        resource,
        "",
        type,
        resource,
        "",
        name,
        namespace,
        Operation.UPDATE,
        UserInfo.of("jane", "team-shop"),
        false,
        document,
        document,
        document);
  }
}
