package io.usher.apiserver.authn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.admission.UserInfo;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.Headers;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.authn.Impersonation.Impersonated;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImpersonationTest {

  private static final UserInfo CALLER = UserInfo.of("alice", "system:authenticated");
  private static final RequestInfo LIST_PODS =
      new RequestInfo(true, "", "list", "", "v1", "default", "pods", "", "", List.of("pods"));

  /** What was asked, as {@code verb resource.group/subresource namespace/name}. */
  private final List<String> asked = new ArrayList<>();

  private Impersonated impersonate(Set<String> allowed, String... headers) {
    return impersonate(CALLER, allowed, headers);
  }

  private Impersonated impersonate(UserInfo caller, Set<String> allowed, String... headers) {
    Authorizer authorizer =
        (user, request) -> {
          String question =
              "%s %s/%s %s/%s"
                  .formatted(
                      request.verb(),
                      request.groupResource(),
                      request.subresource(),
                      request.namespace(),
                      request.name());
          asked.add(question);
          return allowed.contains(question)
              ? Authorizer.Decision.allow("")
              : Authorizer.Decision.noOpinion("because");
        };
    return new Impersonation(authorizer).of(caller, LIST_PODS, headers(headers));
  }

  private static Headers headers(String... lines) {
    var headers = new LinkedHashMap<String, List<String>>();
    for (String line : lines) {
      String[] parts = line.split(": ", 2);
      headers.computeIfAbsent(parts[0], name -> new ArrayList<>()).add(parts[1]);
    }
    return Headers.of(headers);
  }

  @Test
  void requestWithoutHeadersIsTheCallers() {
    assertThat(impersonate(Set.of())).isNull();
    assertThat(impersonate(Set.of(), "Accept: */*", "Impersonate-User: ")).isNull();
    assertThat(asked).isEmpty();
  }

  @Test
  void verbImpersonateAllowsAllThatIsAskedFor() {
    var allowed =
        Set.of(
            "impersonate users/ /bob",
            "impersonate groups/ /ops",
            "impersonate groups/ /night",
            "impersonate uids.authentication.k8s.io/ /7",
            "impersonate userextras.authentication.k8s.io/example.com/team /a",
            "impersonate userextras.authentication.k8s.io/example.com/team /b");
    assertThat(
            impersonate(
                allowed,
                "impersonate-user: bob",
                "Impersonate-Group: ops",
                "Impersonate-Group: night",
                "Impersonate-Uid: 7",
                "Impersonate-Extra-Example.com%2Fteam: a",
                "Impersonate-Extra-Example.com%2Fteam: b"))
        .isEqualTo(
            new Impersonated(
                new UserInfo(
                    "bob",
                    "7",
                    List.of("ops", "night", "system:authenticated"),
                    Map.of("example.com/team", List.of("a", "b"))),
                ""));
  }

  @Test
  void oneThatIsNotAllowedIsEnoughToRefuse() {
    var all =
        List.of(
            "impersonate users/ /bob",
            "impersonate groups/ /ops",
            "impersonate uids.authentication.k8s.io/ /7",
            "impersonate userextras.authentication.k8s.io/k /v");
    for (String missing : all) {
      var allowed = new HashSet<>(all);
      allowed.remove(missing);
      assertThatThrownBy(
              () ->
                  impersonate(
                      allowed,
                      "Impersonate-User: bob",
                      "Impersonate-Group: ops",
                      "Impersonate-Uid: 7",
                      "Impersonate-Extra-K: v"))
          .as(missing)
          .isInstanceOf(ApiException.class)
          .extracting(e -> ((ApiException) e).status().code())
          .isEqualTo(403);
    }
  }

  @Test
  void refusalIsWordedAsByKubernetes() {
    assertThatThrownBy(() -> impersonate(Set.of(), "Impersonate-User: bob"))
        .hasMessage(
            "pods is forbidden: User \"alice\" cannot impersonate-on:user-info:list resource"
                + " \"pods\" in API group \"\" in the namespace \"default\": because");
    assertThat(asked)
        .containsExactly("impersonate-on:user-info:list pods/ default/", "impersonate users/ /bob");
  }

  @Test
  void userInfoIsAllowedForTheVerbsThatAreNamedAlone() {
    var allowed =
        Set.of(
            "impersonate-on:user-info:list pods/ default/",
            "impersonate:user-info users.authentication.k8s.io/ /bob",
            "impersonate:user-info groups.authentication.k8s.io/ /ops");
    assertThat(impersonate(allowed, "Impersonate-User: bob", "Impersonate-Group: ops"))
        .isEqualTo(
            new Impersonated(
                UserInfo.of("bob", "ops", "system:authenticated"), "impersonate:user-info"));
  }

  @Test
  void userInfoNeverGivesMasters() {
    var allowed =
        Set.of(
            "impersonate-on:user-info:list pods/ default/",
            "impersonate:user-info users.authentication.k8s.io/ /bob",
            "impersonate:user-info groups.authentication.k8s.io/ /system:masters");
    assertThatThrownBy(
            () ->
                impersonate(allowed, "Impersonate-User: bob", "Impersonate-Group: system:masters"))
        .hasMessage(
            "groups.authentication.k8s.io \"system:masters\" is forbidden: User \"alice\" cannot"
                + " impersonate:user-info resource \"groups\" in API group"
                + " \"authentication.k8s.io\" at the cluster scope: impersonating the"
                + " system:masters group is not allowed");
  }

  @Test
  void userInfoNeedsKeysWithADomain() {
    var allowed =
        Set.of(
            "impersonate-on:user-info:list pods/ default/",
            "impersonate:user-info users.authentication.k8s.io/ /bob",
            "impersonate:user-info userextras.authentication.k8s.io/example.com/k /v",
            "impersonate:user-info userextras.authentication.k8s.io/k /v");
    assertThat(
            impersonate(allowed, "Impersonate-User: bob", "Impersonate-Extra-example.com%2Fk: v")
                .user()
                .extra())
        .isEqualTo(Map.of("example.com/k", List.of("v")));
    assertThatThrownBy(
            () -> impersonate(allowed, "Impersonate-User: bob", "Impersonate-Extra-k: v"))
        .hasMessageEndingWith(
            "impersonating an invalid key in extra is not allowed: write it as example.com/name");
  }

  @ParameterizedTest
  @CsvSource({
    "'', the empty string key in extra is not allowed",
    "example.com, an invalid key in extra is not allowed: write it as example.com/name",
    "example.com%2F, an invalid key in extra is not allowed: write it as example.com/name",
    "%2Fa, an invalid key in extra is not allowed: write it as example.com/name",
    "example_com%2Fa, an invalid key in extra is not allowed: write it as example.com/name",
    "%45xample.com%2Fa, an invalid key in extra is not allowed: write it as example.com/name",
    "example.com%2Fa b, an invalid key in extra is not allowed: write it as example.com/name",
    "example.com%2Fa%23b, an invalid key in extra is not allowed: write it as example.com/name",
    "example.com%2Fa%41, a non-lowercase key in extra is not allowed: \"example.com/aA\"",
  })
  void userInfoRefusesKeys(String key, String why) {
    String extra = "impersonate:user-info userextras.authentication.k8s.io/";
    var allowed =
        new HashSet<>(
            Set.of(
                "impersonate-on:user-info:list pods/ default/",
                "impersonate:user-info users.authentication.k8s.io/ /bob"));
    for (String each : List.of("", "example.com", "example.com/", "/a", "example_com/a")) {
      allowed.add(extra + each + " /v");
    }
    for (String each : List.of("Example.com/a", "example.com/a b", "example.com/a#b")) {
      allowed.add(extra + each + " /v");
    }
    allowed.add(extra + "example.com/aA /v");
    assertThatThrownBy(
            () -> impersonate(allowed, "Impersonate-User: bob", "Impersonate-Extra-" + key + ": v"))
        .hasMessageEndingWith("at the cluster scope: impersonating " + why);
  }

  @Test
  void userInfoTakesAPathBehindTheDomain() {
    var allowed =
        Set.of(
            "impersonate-on:user-info:list pods/ default/",
            "impersonate:user-info users.authentication.k8s.io/ /bob",
            "impersonate:user-info userextras.authentication.k8s.io/example.com/a/b_c~1%:= /v");
    assertThat(
            impersonate(
                    allowed,
                    "Impersonate-User: bob",
                    "Impersonate-Extra-example.com%2Fa/b_c~1%25:=: v")
                .user()
                .extra())
        .isEqualTo(Map.of("example.com/a/b_c~1%:=", List.of("v")));
  }

  @Test
  void authorizerSeesOfAnAssociatedNodesAgentTheKeysOfItsExtraAlone() {
    var agent =
        new UserInfo(
            "system:serviceaccount:team:agent",
            "7",
            List.of("system:serviceaccounts"),
            Map.of(
                "authentication.kubernetes.io/pod-name", List.of("p"),
                "authentication.kubernetes.io/node-name", List.of("n1")));
    var seen = new ArrayList<UserInfo>();
    Authorizer authorizer =
        (user, request) -> {
          seen.add(user);
          return Authorizer.Decision.allow("");
        };
    new Impersonation(authorizer).of(agent, LIST_PODS, headers("Impersonate-User: system:node:n1"));
    assertThat(seen)
        .hasSize(2)
        .containsOnly(
            new UserInfo(
                "system:serviceaccount:team:agent",
                "7",
                List.of("system:serviceaccounts"),
                Map.of(
                    "authentication.kubernetes.io/associated-node-keys",
                    List.of(
                        "authentication.kubernetes.io/node-name",
                        "authentication.kubernetes.io/pod-name"))));
  }

  @Test
  void serviceAccountHasItsGroups() {
    String name = "system:serviceaccount:team:builder";
    var user =
        UserInfo.of(
            name, "system:serviceaccounts", "system:serviceaccounts:team", "system:authenticated");
    assertThat(
            impersonate(
                Set.of("impersonate serviceaccounts/ team/builder"), "Impersonate-User: " + name))
        .isEqualTo(new Impersonated(user, ""));
    assertThat(
            impersonate(
                Set.of(
                    "impersonate-on:serviceaccount:list pods/ default/",
                    "impersonate:serviceaccount serviceaccounts.authentication.k8s.io/"
                        + " team/builder"),
                "Impersonate-User: " + name))
        .isEqualTo(new Impersonated(user, "impersonate:serviceaccount"));
    assertThat(
            impersonate(
                    Set.of("impersonate serviceaccounts/ team/builder", "impersonate groups/ /ops"),
                    "Impersonate-User: " + name,
                    "Impersonate-Group: ops")
                .user())
        .isEqualTo(UserInfo.of(name, "ops", "system:authenticated"));
  }

  @Test
  void nodeHasTheGroupOfNodes() {
    var node = UserInfo.of("system:node:n1", "system:nodes", "system:authenticated");
    assertThat(
            impersonate(
                Set.of(
                    "impersonate-on:arbitrary-node:list pods/ default/",
                    "impersonate:arbitrary-node nodes.authentication.k8s.io/ /n1"),
                "Impersonate-User: system:node:n1"))
        .isEqualTo(new Impersonated(node, "impersonate:arbitrary-node"));
  }

  @Test
  void serviceAccountMayBeTheNodeOfItsPodAlone() {
    var agent =
        new UserInfo(
            "system:serviceaccount:team:agent",
            "",
            List.of(),
            Map.of("authentication.kubernetes.io/node-name", List.of("n1")));
    var allowed =
        Set.of(
            "impersonate-on:associated-node:list pods/ default/",
            "impersonate:associated-node nodes.authentication.k8s.io/ /*");
    assertThat(impersonate(agent, allowed, "Impersonate-User: system:node:n1").constraint())
        .isEqualTo("impersonate:associated-node");
    assertThatThrownBy(() -> impersonate(agent, allowed, "Impersonate-User: system:node:n2"))
        .isInstanceOf(ApiException.class);
    assertThatThrownBy(() -> impersonate(allowed, "Impersonate-User: system:node:n1"))
        .isInstanceOf(ApiException.class);
  }

  @Test
  void anonymousIsUnauthenticated() {
    assertThat(
            impersonate(
                    Set.of("impersonate users/ /system:anonymous"),
                    "Impersonate-User: system:anonymous")
                .user())
        .isEqualTo(UserInfo.of("system:anonymous", "system:unauthenticated"));
  }

  @Test
  void groupWithoutUserIsABadRequest() {
    assertThatThrownBy(
            () ->
                impersonate(
                    Set.of(),
                    "Impersonate-Group: alice",
                    "Impersonate-Extra-foo%2Fbar: x",
                    "Impersonate-Extra-B: x"))
        .hasMessage(
            "requested &user.DefaultInfo{Name:\"\", UID:\"\", Groups:[]string{\"alice\"},"
                + " Extra:map[string][]string{\"b\":[]string{\"x\"},"
                + " \"foo/bar\":[]string{\"x\"}}} without impersonating a user name")
        .extracting(e -> ((ApiException) e).status().code())
        .isEqualTo(400);
    for (String header : Arrays.asList("Impersonate-Uid: 1", "Impersonate-Extra-%zz: 1")) {
      assertThatThrownBy(() -> impersonate(Set.of(), header))
          .as(header)
          .isInstanceOf(ApiException.class)
          .hasMessageEndingWith("without impersonating a user name");
    }
    assertThat(asked).isEmpty();
  }
}
