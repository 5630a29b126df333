package io.usher.apiserver.authz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.usher.admission.UserInfo;
import io.usher.apiserver.MapObjectStore;
import io.usher.apiserver.api.Authorizer.Decision;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.RequestInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RbacAuthorizerTest {

  private static final RequestInfo GET_POD = Infos.of("get", "pods", "default", "web");

  private final RbacAuthorizer rbac = new RbacAuthorizer();

  private void put(String... yaml) {
    for (String each : yaml) {
      rbac.put(node(each));
    }
  }

  private static JsonNode node(String yaml) {
    try {
      return new YAMLMapper().readTree(yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String role(String kind, String namespace, String name, String rules) {
    return "{kind: %s, metadata: {namespace: '%s', name: %s, labels: {is-%s: 'true'}}, rules: [%s]}"
        .formatted(kind, namespace, name, name, rules);
  }

  private static String clusterRole(String name, String rules) {
    return role("ClusterRole", "", name, rules);
  }

  private static String binding(
      String kind, String namespace, String name, String role, String subjects) {
    return "{kind: %s, metadata: {namespace: '%s', name: %s}, roleRef: {%s}, subjects: [%s]}"
        .formatted(kind, namespace, name, role, subjects);
  }

  private static final String PODS = "{apiGroups: [''], resources: [pods], verbs: [get]}";
  private static final String ALICE = "{kind: User, name: alice}";

  private boolean allows(RequestInfo request, String user, String... groups) {
    return rbac.authorize(UserInfo.of(user, groups), request).allowed();
  }

  @Test
  void clusterRoleBindingAllowsEverywhere() {
    put(
        clusterRole("pods", PODS),
        binding("ClusterRoleBinding", "", "b", "kind: ClusterRole, name: pods", ALICE));
    assertThat(rbac.authorize(UserInfo.of("alice"), GET_POD))
        .isEqualTo(
            Decision.allow(
                "RBAC: allowed by ClusterRoleBinding \"b\" of ClusterRole \"pods\" to User"
                    + " \"alice\""));
    assertThat(allows(Infos.of("get", "pods", "team", "web"), "alice")).isTrue();
    assertThat(allows(GET_POD, "bob")).isFalse();
    assertThat(allows(GET_POD, "bob", "alice")).isFalse();
  }

  @Test
  void roleBindingAllowsInItsNamespace() {
    put(
        role("Role", "default", "pods", PODS),
        clusterRole("pods", "{apiGroups: [''], resources: [secrets], verbs: [get]}"),
        binding(
            "RoleBinding",
            "default",
            "b",
            "kind: Role, name: pods",
            "{kind: ServiceAccount, name: builder}, {kind: Group, name: devs}"));
    assertThat(rbac.authorize(UserInfo.of("system:serviceaccount:default:builder"), GET_POD))
        .isEqualTo(
            Decision.allow(
                "RBAC: allowed by RoleBinding \"b/default\" of Role \"pods\" to ServiceAccount"
                    + " \"builder/default\""));
    assertThat(rbac.authorize(UserInfo.of("bob", "devs"), GET_POD))
        .isEqualTo(
            Decision.allow(
                "RBAC: allowed by RoleBinding \"b/default\" of Role \"pods\" to Group \"devs\""));
    assertThat(allows(Infos.of("get", "pods", "team", "web"), "bob", "devs")).isFalse();
    assertThat(allows(Infos.of("get", "secrets", "default", "s"), "bob", "devs")).isFalse();
  }

  @Test
  void missingRoleIsTheReason() {
    put(
        binding("ClusterRoleBinding", "", "b1", "kind: ClusterRole, name: gone", ALICE),
        binding("RoleBinding", "default", "b2", "kind: Role, name: gone", ALICE),
        binding("RoleBinding", "default", "b3", "kind: Role, name: gone", ALICE));
    assertThat(rbac.authorize(UserInfo.of("alice"), GET_POD))
        .isEqualTo(
            Decision.noOpinion(
                "RBAC: [clusterrole.rbac.authorization.k8s.io \"gone\" not found,"
                    + " role.rbac.authorization.k8s.io \"gone\" not found]"));
    assertThat(rbac.rulesFor(UserInfo.of("alice"), "default").evaluationError())
        .isEqualTo(
            "[clusterrole.rbac.authorization.k8s.io \"gone\" not found,"
                + " role.rbac.authorization.k8s.io \"gone\" not found]");
    put(role("Role", "default", "gone", PODS));
    assertThat(allows(GET_POD, "alice")).isTrue();
  }

  @Test
  void changesCountAtOnce() {
    String bind = binding("RoleBinding", "default", "b", "kind: ClusterRole, name: r", ALICE);
    put(clusterRole("r", PODS), bind);
    assertThat(allows(GET_POD, "alice")).isTrue();
    put(clusterRole("r", ""));
    assertThat(allows(GET_POD, "alice")).isFalse();
    put(clusterRole("r", PODS));
    assertThat(allows(GET_POD, "alice")).isTrue();
    rbac.remove(node(bind));
    assertThat(allows(GET_POD, "alice")).isFalse();
    put(bind);
    assertThat(allows(GET_POD, "alice")).isTrue();
    put(
        binding(
            "RoleBinding", "default", "b", "kind: ClusterRole, name: r", "{kind: User, name: b}"));
    assertThat(allows(GET_POD, "alice")).isFalse();
    assertThat(allows(GET_POD, "b")).isTrue();
    rbac.remove(node(clusterRole("r", "")));
    assertThat(allows(GET_POD, "b")).isFalse();
    rbac.remove(node(clusterRole("r", "")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{kind: ServiceAccount, name: builder}",
        "{kind: Robot, name: 'system:serviceaccount::builder'}",
        "{kind: Group, name: 'system:serviceaccount::builder'}"
      })
  void subjectThatNobodyIsGivesNothing(String subject) {
    put(
        clusterRole("r", PODS),
        binding("ClusterRoleBinding", "", "b", "kind: ClusterRole, name: r", subject));
    assertThat(allows(GET_POD, "system:serviceaccount::builder")).isFalse();
  }

  @Test
  void aggregatedRolesGiveTheirRules() {
    put(
        "{kind: ClusterRole, metadata: {name: edit, labels: {is-edit: 'true'}}, aggregationRule:"
            + " {clusterRoleSelectors: [{matchLabels: {is-pods: 'true'}}, {matchExpressions: [{key:"
            + " is-jobs, operator: Exists}]}]}, rules: [{verbs: ['*'], apiGroups: ['*'], resources:"
            + " ['*']}]}",
        "{kind: ClusterRole, metadata: {name: admin, labels: {is-admin: 'true'}}, aggregationRule:"
            + " {clusterRoleSelectors: [{matchLabels: {is-edit: 'true'}}, {matchLabels: {is-admin:"
            + " 'true'}}]}}",
        binding("ClusterRoleBinding", "", "b", "kind: ClusterRole, name: admin", ALICE));
    assertThat(allows(GET_POD, "alice")).isFalse();
    put(clusterRole("pods", PODS));
    assertThat(allows(GET_POD, "alice")).isTrue();
    assertThat(allows(Infos.of("delete", "pods", "default", "web"), "alice")).isFalse();
    put(clusterRole("jobs", "{apiGroups: [batch], resources: [jobs], verbs: [get]}"));
    assertThat(allows(Infos.of("get", "jobs.batch", "default", "j"), "alice")).isTrue();
    rbac.remove(node(clusterRole("pods", "")));
    assertThat(allows(GET_POD, "alice")).isFalse();
  }

  @Test
  void rolesThatAggregateEachOtherEndNowhere() {
    for (String name : new String[] {"a", "b"}) {
      put(
          "{kind: ClusterRole, metadata: {name: %s, labels: {all: x}}, aggregationRule:"
                  .formatted(name)
              + " {clusterRoleSelectors: [{matchLabels: {all: x}}]}}");
    }
    put(
        "{kind: ClusterRole, metadata: {name: c, labels: {all: x}}, rules: [" + PODS + "]}",
        binding("ClusterRoleBinding", "", "b", "kind: ClusterRole, name: a", ALICE));
    assertThat(allows(GET_POD, "alice")).isTrue();
  }

  @Test
  void rulesOfABindingCountOnceHoweverOftenItNamesTheUser() {
    put(
        clusterRole("r", PODS),
        binding(
            "ClusterRoleBinding",
            "",
            "b",
            "kind: ClusterRole, name: r",
            ALICE + ", " + ALICE + ", {kind: Group, name: devs}"),
        role(
            "Role",
            "team",
            "r",
            "{apiGroups: [''], resources: [secrets], resourceNames: [a], verbs: [get]}"),
        binding("RoleBinding", "team", "b", "kind: Role, name: r", ALICE));
    assertThat(rbac.rulesFor(UserInfo.of("alice", "devs"), "team").toJson())
        .hasToString(
            "{\"resourceRules\":[{\"verbs\":[\"get\"],\"apiGroups\":[\"\"],\"resources\":"
                + "[\"pods\"]},{\"verbs\":[\"get\"],\"apiGroups\":[\"\"],\"resources\":"
                + "[\"secrets\"],\"resourceNames\":[\"a\"]}],\"nonResourceRules\":[],"
                + "\"incomplete\":false}");
    rbac.remove(node(binding("ClusterRoleBinding", "", "b", "", "")));
    assertThat(allows(GET_POD, "alice", "devs")).isFalse();
  }

  @Test
  void objectOfAnotherKindIsNamed() {
    assertThatThrownBy(() -> put("{kind: Pod}"))
        .hasMessage("\"Pod\" is no kind of rbac.authorization.k8s.io");
  }

  @Test
  void defaultRolesLetDiscoveryThrough() {
    BootstrapPolicy.objects().forEach(rbac::put);
    assertThat(allows(Infos.path("get", "/apis/apps/v1"), "x", "system:authenticated")).isTrue();
    assertThat(allows(Infos.path("get", "/apis"), "x", "system:unauthenticated")).isFalse();
    put(
        binding("RoleBinding", "team", "b", "kind: ClusterRole, name: admin", ALICE),
        binding(
            "RoleBinding", "team", "v", "kind: ClusterRole, name: view", "{kind: User, name: v}"));
    assertThat(
            allows(Infos.of("create", "rolebindings." + RbacAuthorizer.GROUP, "team", ""), "alice"))
        .isTrue();
    assertThat(allows(Infos.of("get", "secrets", "team", "s"), "alice")).isTrue();
    assertThat(allows(Infos.of("get", "configmaps", "team", "s"), "v")).isTrue();
    assertThat(allows(Infos.of("get", "secrets", "team", "s"), "v")).isFalse();
  }

  @Test
  void storeIsFollowed() {
    var store = new MapObjectStore();
    store.create(resource("clusterroles"), (ObjectNode) node(clusterRole("r", PODS)));
    RbacAuthorizer following = RbacAuthorizer.following(store);
    UserInfo alice = UserInfo.of("alice");
    assertThat(following.authorize(alice, GET_POD).allowed()).isFalse();
    String bind = binding("RoleBinding", "default", "b", "kind: ClusterRole, name: r", ALICE);
    store.create(resource("rolebindings"), (ObjectNode) node(bind));
    assertThat(following.authorize(alice, GET_POD).allowed()).isTrue();
    store.delete(resource("rolebindings"), "default", "b");
    assertThat(following.authorize(alice, GET_POD).allowed()).isFalse();
  }

  private static GroupResource resource(String plural) {
    return new GroupResource(RbacAuthorizer.GROUP, plural);
  }

  /** Each decision is asked for before and after, so that something is kept that must go. */
  @Test
  void whatIsKeptGoesWithTheRoleThatItIsOf() {
    put(
        role("Role", "default", "r", PODS),
        clusterRole("r", PODS),
        binding("RoleBinding", "default", "of-role", "kind: Role, name: r", ALICE),
        binding(
            "RoleBinding",
            "default",
            "of-cluster",
            "kind: ClusterRole, name: r",
            "{kind: User, name: bob}"));
    assertThat(allows(GET_POD, "alice")).isTrue();
    assertThat(allows(GET_POD, "bob")).isTrue();
    put(role("Role", "default", "r", ""));
    assertThat(allows(GET_POD, "alice")).isFalse();
    assertThat(allows(GET_POD, "bob")).as("a role of the same name").isTrue();
    rbac.remove(node(clusterRole("r", "")));
    assertThat(allows(GET_POD, "bob")).isFalse();
    put(clusterRole("r", PODS), role("Role", "default", "r", PODS));
    assertThat(allows(GET_POD, "alice")).isTrue();
    assertThat(allows(GET_POD, "bob")).isTrue();
  }

  @Test
  void whatIsKeptGoesWhenWhatIsAggregatedChanges() {
    put(
        "{kind: ClusterRole, metadata: {name: outer}, aggregationRule: {clusterRoleSelectors:"
            + " [{matchLabels: {is-middle: 'true'}}]}}",
        "{kind: ClusterRole, metadata: {name: middle, labels: {is-middle: 'true'}},"
            + " aggregationRule: {clusterRoleSelectors: [{matchLabels: {is-inner: 'true'}}]}}",
        binding("ClusterRoleBinding", "", "b", "kind: ClusterRole, name: outer", ALICE));
    assertThat(allows(GET_POD, "alice")).isFalse();
    put(clusterRole("inner", PODS));
    assertThat(allows(GET_POD, "alice")).isTrue();
    put(clusterRole("inner", ""));
    assertThat(allows(GET_POD, "alice")).isFalse();
    put(clusterRole("inner", PODS));
    assertThat(allows(GET_POD, "alice")).isTrue();
    rbac.remove(node("{kind: ClusterRole, metadata: {name: middle}}"));
    assertThat(allows(GET_POD, "alice")).isFalse();
  }
}
