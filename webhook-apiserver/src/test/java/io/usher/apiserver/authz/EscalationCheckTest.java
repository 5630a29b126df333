package io.usher.apiserver.authz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.usher.admission.Operation;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.ApiResource;
import io.usher.apiserver.api.RequestInfo;
import io.usher.apiserver.api.ResourceType;
import io.usher.apiserver.api.ServedVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The messages are those that kube-apiserver 1.36.3 gave to the same writes. */
class EscalationCheckTest {

  private static final UserInfo ALICE = UserInfo.of("alice", "system:authenticated");

  private final RbacAuthorizer rbac = new RbacAuthorizer();
  private final EscalationCheck check = new EscalationCheck(rbac, rbac);

  @BeforeEach
  void aliceMayGetAndListPodsInDefault() {
    BootstrapPolicy.objects().forEach(rbac::put);
    rbac.put(
        node(
            """
            kind: Role
            metadata: {namespace: default, name: pods}
            rules: [{apiGroups: [''], resources: [pods], verbs: [get, list]}]
            """));
    rbac.put(node(binding("default", "Role, name: pods")));
  }

  private static ObjectNode node(String yaml) {
    try {
      return (ObjectNode) new YAMLMapper().readTree(yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String binding(String namespace, String role) {
    return "{kind: RoleBinding, metadata: {namespace: %s, name: b}, roleRef: {kind: %s}, "
            .formatted(namespace, role)
        + "subjects: [{kind: User, name: alice}]}";
  }

  private static String role(String rules) {
    return "{kind: Role, metadata: {namespace: default, name: r}, rules: [" + rules + "]}";
  }

  private void create(String yaml) {
    write(ALICE, Operation.CREATE, node(yaml), null);
  }

  private void write(
      UserInfo user, Operation operation, ObjectNode object, @Nullable ObjectNode old) {
    String kind = object.path("kind").asText();
    var type =
        ResourceType.builder(RbacAuthorizer.GROUP, kind).version(ServedVersion.of("v1")).build();
    var info =
        new RequestInfo(
            true,
            "",
            operation.name().toLowerCase(Locale.ROOT),
            RbacAuthorizer.GROUP,
            "v1",
            object.at("/metadata/namespace").asText(),
            type.plural(),
            "",
            old == null ? "" : object.at("/metadata/name").asText(),
            List.of());
    check.admit(
        new AdmissionAttributes(
            new ApiResource(type, type.versions().get(0)),
            info,
            user,
            operation,
            object.at("/metadata/name").asText(),
            object,
            old,
            JsonNodeFactory.instance.objectNode(),
            false));
  }

  @Test
  void whatAliceHasSheMayGive() {
    create(role("{apiGroups: [''], resources: [pods], verbs: [get, list]}"));
    create(binding("default", "Role, name: pods"));
  }

  @Test
  void whatAliceLacksIsNamed() {
    assertThatThrownBy(
            () ->
                create(
                    role(
                        "{apiGroups: [''], resources: [pods, services, pods/log], verbs: [get,"
                            + " list, delete]}, {apiGroups: [apps], resources: [deployments],"
                            + " verbs: [get, list, delete]}")))
        .isInstanceOf(ApiException.class)
        .hasMessage(
            """
            roles.rbac.authorization.k8s.io "r" is forbidden: user "alice" \
            (groups=["system:authenticated"]) is attempting to grant RBAC permissions not \
            currently held:
            {APIGroups:[""], Resources:["pods"], Verbs:["delete"]}
            {APIGroups:[""], Resources:["pods/log"], Verbs:["get" "list" "delete"]}
            {APIGroups:[""], Resources:["services"], Verbs:["get" "list" "delete"]}
            {APIGroups:["apps"], Resources:["deployments"], Verbs:["get" "list" "delete"]}""");
  }

  @Test
  void namesAndPathsAreNamedOneByOne() {
    assertThatThrownBy(
            () ->
                create(
                    "{kind: ClusterRole, metadata: {name: names}, rules: [{apiGroups: [''],"
                        + " resources: [pods], verbs: [get, list], resourceNames: [a, b]},"
                        + " {nonResourceURLs: [/x/*], verbs: [get]}]}"))
        .hasMessage(
            """
            clusterroles.rbac.authorization.k8s.io "names" is forbidden: user "alice" \
            (groups=["system:authenticated"]) is attempting to grant RBAC permissions not \
            currently held:
            {APIGroups:[""], Resources:["pods"], ResourceNames:["a"], Verbs:["get" "list"]}
            {APIGroups:[""], Resources:["pods"], ResourceNames:["b"], Verbs:["get" "list"]}
            {NonResourceURLs:["/x/*"], Verbs:["get"]}""");
  }

  @Test
  void bindingGivesWhatItsRoleAllows() {
    assertThatThrownBy(() -> create(binding("default", "ClusterRole, name: cluster-admin")))
        .hasMessage(
            """
            rolebindings.rbac.authorization.k8s.io "b" is forbidden: user "alice" \
            (groups=["system:authenticated"]) is attempting to grant RBAC permissions not \
            currently held:
            {APIGroups:["*"], Resources:["*"], Verbs:["*"]}
            {NonResourceURLs:["*"], Verbs:["*"]}""");
    assertThatThrownBy(() -> create(binding("team", "ClusterRole, name: view")))
        .isInstanceOf(ApiException.class)
        .extracting(e -> ((ApiException) e).status().code())
        .isEqualTo(403);
  }

  @Test
  void bindingToAMissingRoleIsNotFound() {
    for (String ref : List.of("ClusterRole, name: nosuch", "Role, name: nosuch")) {
      assertThatThrownBy(() -> create(binding("default", ref)))
          .hasMessage("rolebindings.rbac.authorization.k8s.io \"nosuch\" not found")
          .extracting(e -> ((ApiException) e).status().code())
          .isEqualTo(404);
    }
  }

  @Test
  void aggregationNeedsEverything() {
    String aggregating =
        "{kind: ClusterRole, metadata: {name: agg}, aggregationRule: {clusterRoleSelectors:"
            + " [{matchLabels: {a: b}}]}}";
    assertThatThrownBy(() -> create(aggregating))
        .hasMessage(
            "clusterroles.rbac.authorization.k8s.io \"agg\" is forbidden: must have cluster-admin"
                + " privileges to use the aggregationRule");
    assertThatThrownBy(
            () ->
                write(
                    ALICE,
                    Operation.UPDATE,
                    node("{kind: ClusterRole, metadata: {name: agg}}"),
                    node(aggregating)))
        .isInstanceOf(ApiException.class);
  }

  @Test
  void verbsEscalateAndBindAllowMore() {
    rbac.put(
        node(
            """
            kind: ClusterRole
            metadata: {name: giver}
            rules:
            - {apiGroups: [rbac.authorization.k8s.io], resources: [roles], verbs: [escalate]}
            - {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [bind],
               resourceNames: [view]}
            """));
    rbac.put(
        node(
            "{kind: ClusterRoleBinding, metadata: {name: givers}, roleRef: {kind: ClusterRole,"
                + " name: giver}, subjects: [{kind: User, name: alice}]}"));
    create(role("{apiGroups: ['*'], resources: ['*'], verbs: ['*']}"));
    create(binding("default", "ClusterRole, name: view"));
    assertThatThrownBy(() -> create(binding("default", "ClusterRole, name: edit")))
        .isInstanceOf(ApiException.class);
    assertThatThrownBy(
            () ->
                create(
                    "{kind: ClusterRole, metadata: {name: c}, rules: [{apiGroups: ['*'],"
                        + " resources: ['*'], verbs: ['*']}]}"))
        .isInstanceOf(ApiException.class);
  }

  @Test
  void mastersMayGiveAnything() {
    var object = node(binding("default", "ClusterRole, name: cluster-admin"));
    assertThatCode(
            () -> write(UserInfo.of("root", "system:masters"), Operation.CREATE, object, null))
        .doesNotThrowAnyException();
  }

  @Test
  void garbageCollectorMayTakeOwnersAndFinalizersAway() {
    var old = node(binding("default", "ClusterRole, name: cluster-admin"));
    old.withObject("/metadata").putArray("finalizers").add("x");
    var object = old.deepCopy();
    object.withObject("/metadata").remove("finalizers");
    write(ALICE, Operation.UPDATE, object, old);
    object.withObject("/metadata").withObject("/labels").put("a", "b");
    assertThatThrownBy(() -> write(ALICE, Operation.UPDATE, object, old))
        .isInstanceOf(ApiException.class);
  }

  @Test
  void problemsOfTheSearchAreNamed() {
    rbac.put(
        node(
            "{kind: ClusterRoleBinding, metadata: {name: nope}, roleRef: {kind: ClusterRole, name:"
                + " missing}, subjects: [{kind: User, name: alice}]}"));
    assertThatThrownBy(() -> create(role("{nonResourceURLs: [/x], verbs: [get]}")))
        .hasMessageEndingWith(
            "{NonResourceURLs:[\"/x\"], Verbs:[\"get\"]}; resolution errors:"
                + " [clusterrole.rbac.authorization.k8s.io \"missing\" not found]");
  }

  @Test
  void objectsOfOtherGroupsAreOfNoConcern() {
    var type = ResourceType.builder("", "Pod").version(ServedVersion.of("v1")).build();
    var attributes =
        new AdmissionAttributes(
            new ApiResource(type, type.versions().get(0)),
            Infos.of("create", "pods", "default", ""),
            ALICE,
            Operation.CREATE,
            "web",
            node("{kind: Pod}"),
            null,
            JsonNodeFactory.instance.objectNode(),
            false);
    check.admit(attributes);
    assertThat(attributes.warnings()).isEmpty();
  }
}
