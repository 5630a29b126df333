package io.usher.apiserver.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.usher.admission.Operation;
import io.usher.apiserver.MapObjectStore;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GroupResource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamespacePluginsTest {

  private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");

  private final MapObjectStore store = new MapObjectStore();
  private final Namespaces namespaces = new Namespaces(store);
  private final NamespaceLifecycle lifecycle = new NamespaceLifecycle(namespaces);
  private final NamespaceExists exists = new NamespaceExists(namespaces);
  private final NamespaceAutoProvision provision = new NamespaceAutoProvision(namespaces);

  @BeforeEach
  void create() {
    store.create(NAMESPACES, Write.node("{metadata: {name: team}, status: {phase: Active}}"));
    store.create(NAMESPACES, Write.node("{metadata: {name: gone}, status: {phase: Terminating}}"));
  }

  private static String pod(String namespace) {
    return "{kind: Pod, metadata: {name: web, namespace: " + namespace + "}}";
  }

  @Test
  void objectsGoIntoNamespacesThatAreThere() {
    lifecycle.admit(Write.create(pod("team")));
    assertThatThrownBy(() -> lifecycle.admit(Write.create(pod("nowhere"))))
        .isInstanceOf(ApiException.class)
        .hasMessage("namespaces \"nowhere\" not found");
    assertThatThrownBy(() -> lifecycle.admit(Write.update(pod("nowhere"), pod("nowhere"))))
        .hasMessage("namespaces \"nowhere\" not found");
    lifecycle.admit(Write.delete(pod("nowhere")));
    lifecycle.admit(Write.create("{kind: Node, metadata: {name: n1}}"));
  }

  /** As kube-apiserver 1.36.3 answers it. */
  @Test
  void nothingIsCreatedInANamespaceThatIsBeingDeleted() {
    lifecycle.admit(Write.update(pod("gone"), pod("gone")));
    assertThatThrownBy(() -> lifecycle.admit(Write.create(pod("gone"))))
        .isInstanceOf(ApiException.class)
        .extracting(e -> ((ApiException) e).status().toJson())
        .hasToString(
            "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
                + "\"message\":\"pods \\\"web\\\" is forbidden: unable to create new content in"
                + " namespace gone because it is being terminated\",\"reason\":\"Forbidden\","
                + "\"details\":{\"name\":\"web\",\"kind\":\"pods\",\"causes\":[{\"reason\":"
                + "\"NamespaceTerminating\",\"message\":\"namespace gone is being terminated\","
                + "\"field\":\"metadata.namespace\"}]},\"code\":403}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "kube-system", "kube-public"})
  void threeNamespacesStay(String name) {
    String namespace = "{kind: Namespace, metadata: {name: " + name + "}}";
    assertThatThrownBy(() -> lifecycle.admit(Write.delete(namespace)))
        .hasMessage("namespaces \"" + name + "\" is forbidden: this namespace may not be deleted");
    lifecycle.admit(Write.create(namespace));
    lifecycle.admit(Write.delete("{kind: Namespace, metadata: {name: team}}"));
  }

  @Test
  void accessReviewTellsNothingOfANamespace() {
    lifecycle.admit(
        Write.create(
            "{apiVersion: authorization.k8s.io/v1, kind: LocalSubjectAccessReview, metadata:"
                + " {namespace: nowhere}}"));
  }

  @Test
  void existsHoldsForEachWrite() {
    exists.validate(Write.create(pod("gone")));
    exists.validate(Write.create("{kind: Namespace, metadata: {name: nowhere}}"));
    for (AdmissionAttributes write :
        new AdmissionAttributes[] {
          Write.create(pod("nowhere")),
          Write.update(pod("nowhere"), pod("nowhere")),
          Write.delete(pod("nowhere"))
        }) {
      assertThatThrownBy(() -> exists.validate(write))
          .hasMessage("namespaces \"nowhere\" not found");
    }
    exists.validate(Write.of(Operation.CONNECT, "exec", Write.node(pod("nowhere")), null, false));
  }

  @Test
  void autoProvisionCreatesTheNamespace() {
    provision.admit(Write.dryCreate(pod("dry")));
    provision.admit(Write.update(pod("updated"), pod("updated")));
    provision.admit(Write.create(pod("team")));
    provision.admit(Write.create(pod("new")));
    assertThat(store.list(NAMESPACES, ""))
        .extracting(each -> each.at("/metadata/name").asText())
        .containsExactly("gone", "new", "team");
    assertThat(store.get(NAMESPACES, "", "new").at("/status/phase").asText()).isEqualTo("Active");
  }
}
