package io.usher.e2e;

import static io.usher.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** kube-apiserver asks {@code usher serve} whose a token is, and who may. */
@Timeout(300)
final class EntranceIT {

  private static final String AUTHENTICATE = "/authenticate/entrance.e2e.usher.io";
  private static final String AUTHORIZE = "/authorize/entrance.e2e.usher.io";
  private static final String SERVER = "entrance";
  private static final String CLIENT = "kube-apiserver";
  private static final String PODS = "/api/v1/namespaces/default/pods";
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  private static final String MAY = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

  @TempDir private Path work;

  private final Path assets = Path.of(System.getProperty("usher.e2e.assets"));
  private final Path shipped = Path.of(System.getProperty("usher.e2e.server"));

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v1beta1"})
  void tokensAreUsersWhoMayWhatRulesSay(String version) throws IOException {
    var certificates = new CertificateFiles(work.resolve("pki"), "entrance-ca");
    certificates.issue(CLIENT);
    int port = UsherProcess.freePort();
    try (var usher = start(certificates, port);
        var server =
            new PlainApiServer(
                assets,
                Files.createDirectories(work.resolve("server")),
                "--authentication-token-webhook-config-file="
                    + kubeconfig(certificates, port, AUTHENTICATE),
                "--authentication-token-webhook-version=" + version,
                "--authorization-config=" + authorizers(certificates, port, version))) {

      JsonNode user = who(server.api("e2e.alice.readers")).accepted().at("/status/userInfo");
      assertThat(user.path("username").asText()).isEqualTo("alice");
      assertThat(user.path("uid").asText()).isEqualTo("uid-of-alice");
      assertThat(user.path("groups"))
          .map(JsonNode::asText)
          .containsExactly("readers", "system:authenticated");
      assertThat(user.at("/extra/by/0").asText()).isEqualTo("e2e");
      who(server.api("e2e.alice.revoked")).refused(401);
      who(server.api("e2e.alice")).refused(401);

      KubernetesApi alice = server.api("e2e.alice.readers");
      alice.get(MAPS).accepted();
      assertThat(alice.delete(MAPS + "/kube-root-ca.crt").refused(403))
          .contains("User \"alice\" cannot delete resource \"configmaps\"");
      assertThat(may(alice, "list", "configmaps").path("reason").asText())
          .isEqualTo("readers read");
      assertThat(server.api("e2e.mallory.banned").get(MAPS).refused(403))
          .endsWith("in the namespace \"default\": the group is banned");
      KubernetesApi agent = server.api("e2e.agent:node-1.agents");
      agent.get(PODS + "?fieldSelector=spec.nodeName%3Dnode-1").accepted();
      agent.get(PODS + "?fieldSelector=spec.nodeName%3Dnode-2").refused(403);
      agent.get(PODS).refused(403);
      // Whom the condition spares the call, RBAC decides.
      server.api().get(MAPS).accepted();

      String metrics = usher.get("/metrics");
      assertThat(metrics)
          .contains(
              "usher_access_reviews_total{decision=\"denied\",kind=\"authorization\",webhook=\"entrance.e2e.usher.io\"}")
          .contains(
              "usher_access_reviews_total{decision=\"denied\",kind=\"authentication\",webhook=\"entrance.e2e.usher.io\"} 1.0");
      assertThat(Files.readString(work.resolve(SERVER + ".log")))
          .contains("\"user\":\"alice\"")
          .doesNotContain("e2e.alice", "e2e.mallory");
    }
  }

  @Test
  void whileItIsAwayOthersDecide() throws IOException {
    var certificates = new CertificateFiles(work.resolve("pki"), "entrance-ca");
    certificates.issue(CLIENT);
    int port = UsherProcess.freePort();
    try (var server =
        new PlainApiServer(
            assets,
            Files.createDirectories(work.resolve("server")),
            "--authentication-token-webhook-config-file="
                + kubeconfig(certificates, port, AUTHENTICATE),
            "--authorization-config=" + authorizers(certificates, port, "v1"))) {
      KubernetesApi guest = server.api(PlainApiServer.GUEST);
      server.api().get(MAPS).accepted();
      // What RBAC does not allow, the webhook may have allowed.
      assertThat(guest.get(MAPS).status()).isEqualTo(500);

      try (var usher = start(certificates, port)) {
        eventually(() -> server.api("e2e.alice.readers").get(MAPS).accepted());
        assertThat(usher.get("/metrics")).contains("usher_access_duration_seconds_count");
      }

      // She is known for as long as the token is kept; RBAC knows nothing of her.
      eventually(
          () -> assertThat(server.api("e2e.alice.readers").get(MAPS).status()).isEqualTo(500));
      server.api().get(MAPS).accepted();
    }
  }

  private UsherProcess start(CertificateFiles certificates, int port) throws IOException {
    Path rules = RuleJar.write(work.resolve("entrance.jar"), EntranceRules.class);
    return new UsherProcess.Launcher(shipped, rules, work, certificates)
        .start(
            SERVER,
            new String[] {"localhost"},
            port,
            List.of("--client-ca=" + certificates.ca(), "--client-names=" + CLIENT));
  }

  private Path kubeconfig(CertificateFiles certificates, int port, String path) throws IOException {
    return Files.writeString(
        work.resolve(path.substring(1).replace('/', '-') + ".kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        current-context: usher
        clusters:
        - name: usher
          cluster: {server: "https://localhost:%d%s", certificate-authority: %s}
        users:
        - name: kube-apiserver
          user: {client-certificate: %s, client-key: %s}
        contexts:
        - name: usher
          context: {cluster: usher, user: kube-apiserver}
        """
            .formatted(
                port,
                path,
                certificates.ca(),
                certificates.certificate(CLIENT),
                certificates.key(CLIENT)));
  }

  private Path authorizers(CertificateFiles certificates, int port, String version)
      throws IOException {
    return Files.writeString(
        work.resolve("authorizers.yaml"),
        """
        apiVersion: apiserver.config.k8s.io/v1
        kind: AuthorizationConfiguration
        authorizers:
        - type: Webhook
          name: entrance.e2e.usher.io
          webhook:
            timeout: 3s
            authorizedTTL: 1s
            unauthorizedTTL: 1s
            subjectAccessReviewVersion: %s
            matchConditionSubjectAccessReviewVersion: v1
            failurePolicy: NoOpinion
            connectionInfo: {type: KubeConfigFile, kubeConfigFile: %s}
            matchConditions:
            - expression: "!('system:masters' in request.groups)"
        - type: RBAC
          name: rbac
        """
            .formatted(version, kubeconfig(certificates, port, AUTHORIZE)));
  }

  private static Answer who(KubernetesApi api) {
    return api.create(
        WHO, Documents.yaml("{apiVersion: authentication.k8s.io/v1, kind: SelfSubjectReview}"));
  }

  private static JsonNode may(KubernetesApi api, String verb, String resource) {
    ObjectNode review =
        Documents.yaml("{apiVersion: authorization.k8s.io/v1, kind: SelfSubjectAccessReview}");
    review
        .withObject("/spec/resourceAttributes")
        .put("verb", verb)
        .put("resource", resource)
        .put("namespace", "default");
    return api.create(MAY, review).accepted().at("/status");
  }
}
