package io.usher.apiserver.authz;

import static org.assertj.core.api.Assertions.assertThat;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.RequestInfo;
import org.junit.jupiter.api.Test;

/** The messages are those that kube-apiserver 1.36.3 gave to the same requests. */
class ForbiddenTest {

  private static String message(String user, RequestInfo request, String reason) {
    var status = Forbidden.status(UserInfo.of(user), request, reason);
    assertThat(status.code()).isEqualTo(403);
    assertThat(status.reason()).isEqualTo("Forbidden");
    return status.message();
  }

  @Test
  void namespacedResource() {
    assertThat(
            message(
                "alice",
                Infos.of("list", "pods", "default", ""),
                "RBAC: clusterrole.rbac.authorization.k8s.io \"missing\" not found"))
        .isEqualTo(
            "pods is forbidden: User \"alice\" cannot list resource \"pods\" in API group \"\" in"
                + " the namespace \"default\": RBAC: clusterrole.rbac.authorization.k8s.io"
                + " \"missing\" not found");
  }

  @Test
  void subresourceWithName() {
    assertThat(message("bob", Infos.of("get", "pods/log", "default", "web"), ""))
        .isEqualTo(
            "pods \"web\" is forbidden: User \"bob\" cannot get resource \"pods/log\" in API group"
                + " \"\" in the namespace \"default\"");
  }

  @Test
  void clusterScope() {
    assertThat(message("bob", Infos.of("create", "deployments.apps", "", ""), ""))
        .isEqualTo(
            "deployments.apps is forbidden: User \"bob\" cannot create resource \"deployments\" in"
                + " API group \"apps\" at the cluster scope");
  }

  @Test
  void pathAndNamesThatCouldBeHtml() {
    assertThat(message("al<i>ce\"é", Infos.path("get", "/foo"), "<b>"))
        .isEqualTo("forbidden: User \"al&lt;i&gt;ce\\\"é\" cannot get path \"/foo\": <b>");
  }

  @Test
  void pathHasDetailsOfNothing() {
    assertThat(Forbidden.status(UserInfo.of("a"), Infos.path("get", "/foo"), "").toJson())
        .hasToString(
            "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},"
                + "\"status\":\"Failure\",\"message\":\"forbidden: User \\\"a\\\" cannot get path"
                + " \\\"/foo\\\"\",\"reason\":\"Forbidden\",\"details\":{},\"code\":403}");
  }
}
