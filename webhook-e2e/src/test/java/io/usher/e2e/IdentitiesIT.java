package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whom a credential of each sort makes its bearer, by kube-apiserver's own word: with the files
 * that {@code usher manifests --for-apiserver} writes, and {@code usher serve} behind the door.
 */
@ExtendWith(ClusterExtension.class)
@Timeout(300)
final class IdentitiesIT {

  private static final String DOOR = "identities.e2e.usher.io";
  private static final String PAGE = "authentication.md";
  private static final String GROUP = "/apis/authentication.k8s.io/v1/";
  private static final String SELF = GROUP + "selfsubjectreviews";
  private static final String REVIEWS = GROUP + "tokenreviews";
  private static final String BINDINGS = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";
  private static final String LOG = "identities";
  private static final String STATIC = "3f9c1d5e7a";

  private final UsherProcess.Launcher launcher;
  private final TestNamespace namespace;
  private final KubernetesApi otherCluster;
  private final Kubectl kubectl;

  /** Tokens that no log may have. */
  private final List<String> secrets = new ArrayList<>();

  @TempDir private Path work;

  IdentitiesIT(
      UsherProcess.Launcher launcher,
      TestNamespace namespace,
      KubernetesApi otherCluster,
      Kubectl kubectl) {
    this.launcher = launcher;
    this.namespace = namespace;
    this.otherCluster = otherCluster;
    this.kubectl = kubectl;
  }

  @Test
  void credentialsAreWhomThePageSays() throws Exception {
    int port = UsherProcess.freePort();
    try (var own = new TokenIssuer(launcher.certificates());
        var asked = new TokenIssuer(launcher.certificates());
        var usher = startUsher(port, asked);
        var server =
            new PlainApiServer(
                Path.of(System.getProperty("usher.e2e.assets")),
                Files.createDirectories(work.resolve("server")),
                flags(port, own))) {
      bind(server.api(), "strangers", "system:basic-user", "Group", "system:unauthenticated");

      known(server, own, asked);
      refused(server, own, asked);

      requireAudience(server.api());
      assertThat(usher.get("/metrics"))
          .contains("usher_access_reviews_total{decision=\"failed\",kind=\"authentication\"");
      String log = Files.readString(launcher.work().resolve(LOG + ".log"));
      assertThat(log).contains("\"user\":\"erin\"").doesNotContain(secrets);
    }
  }

  private void known(PlainApiServer server, TokenIssuer own, TokenIssuer asked) throws IOException {
    var table = new PageTable("credential", "known by", "user", "uid", "groups", "extra");
    var certificates = launcher.certificates();
    certificates.issueTo("carol", "CN=carol,O=devs,O=ops,1.3.6.1.4.1.57683.2=uid-of-carol");
    Shown[] all = {
      new Shown(
          "client certificate `CN=carol, O=devs, O=ops`",
          "kube-apiserver, `--client-ca-file`",
          server.api(certificates, "carol")),
      new Shown(
          "token of a ServiceAccount",
          "kube-apiserver",
          server.api(secret(serviceAccountToken(server.api(), "default", "builder")))),
      new Shown(
          "JWT with groups",
          "kube-apiserver, `authentication.yaml` of `usher manifests --for-apiserver`",
          server.api(secret(own.token(claims("kubernetes", Map.of()))))),
      new Shown(
          "none, on a path of `anonymous.conditions`",
          "kube-apiserver, `authentication.yaml`",
          server.api("")),
      new Shown("token of a file", "door, `tokenFile`", server.api(secret(STATIC))),
      new Shown(
          "JWT with groups, uid and extra",
          "door, `issuers`",
          server.api(secret(asked.token(claims("usher", Map.of()))))),
      new Shown(
          "token of another cluster's ServiceAccount",
          "door, `tokenReview`",
          server.api(secret(serviceAccountToken(otherCluster, namespace.name(), "visitor")))),
      new Shown("badge", "door, a method with `@Authenticating`", server.api(secret("badge.erin")))
    };
    for (Shown each : all) {
      JsonNode user = who(each.bearer()).accepted().at("/status/userInfo");
      var groups = new StringJoiner("<br>");
      user.path("groups").forEach(group -> groups.add(code(masked(group.asText(), own))));
      var extra = new StringJoiner("<br>");
      user.path("extra")
          .properties()
          .forEach(
              entry ->
                  entry
                      .getValue()
                      .forEach(
                          value ->
                              extra.add(
                                  code(masked(entry.getKey() + ": " + value.asText(), own)))));
      table.row(
          each.credential(),
          each.knownBy(),
          code(masked(user.path("username").asText(), own)),
          code(masked(user.path("uid").asText(), own)),
          groups.toString(),
          extra.toString());
    }
    table.requireSame(PAGE);
  }

  private void refused(PlainApiServer server, TokenIssuer own, TokenIssuer asked)
      throws IOException {
    var table = new PageTable("refused credential", "asked", "answer", "because");
    Map<String, Object> expired = Map.of("exp", Date.from(Instant.now().minusSeconds(60)));
    Map<String, Object> system = Map.of("groups", List.of("system:masters"));
    String kube = "kube-apiserver, then the door";
    String door = "door";
    KubernetesApi admin = server.api();
    Refused[] all = {
      new Refused(
          "token of a ServiceAccount for another audience",
          kube,
          serviceAccountToken(admin, "default", "courier", "vault")),
      new Refused("token of a ServiceAccount that is deleted", kube, lateToken(admin)),
      new Refused("JWT, expired", kube, own.token(claims("kubernetes", expired))),
      new Refused("JWT for another audience", kube, own.token(claims("elsewhere", Map.of()))),
      new Refused("JWT with another's signature", kube, own.forged(claims("kubernetes", Map.of()))),
      new Refused("JWT without a signature", kube, own.unsigned(claims("kubernetes", Map.of()))),
      new Refused("JWT, expired", door, asked.token(claims("usher", expired))),
      new Refused("JWT for another audience", door, asked.token(claims("kubernetes", Map.of()))),
      new Refused("JWT with another's signature", door, asked.forged(claims("usher", Map.of()))),
      new Refused("JWT without a signature", door, asked.unsigned(claims("usher", Map.of()))),
      new Refused(
          "JWT with group `system:masters`, which `userValidationRules` forbid",
          door,
          asked.token(claims("usher", system))),
      new Refused("token that nobody knows", kube, "unknown-to-all"),
      new Refused("badge that a rule refuses", door, "revoked.erin"),
      new Refused("badge for audience `vault`", door, "vault.erin"),
      new Refused("badge at which a rule fails", door, "broken.erin")
    };
    for (Refused each : all) {
      String error = review(admin, secret(each.token())).path("error").asText();
      String status = status(who(server.api(each.token())));
      table.row(each.credential(), each.asked(), status, reason(error, own, asked));
    }
    var strangers = new CertificateFiles(work.resolve("strangers"), "usher-e2e-ca");
    strangers.issueTo("carol", "CN=carol,O=system:masters");
    table.row(
        "client certificate of another CA with the same name",
        "kube-apiserver",
        status(who(server.api(strangers, "carol"))),
        "");
    table.row(
        "none, on a path of no condition",
        "kube-apiserver",
        status(server.api("").get("/version")),
        "");
    table.requireSame(PAGE);
  }

  private static String status(Answer answer) {
    return answer.status() + " " + answer.at("/reason").asText();
  }

  /** What the last of those who were asked has said, as the others only do not know the token. */
  private static String reason(String error, TokenIssuer... issuers) {
    String reason =
        error
            .replaceAll("^\\[(.*)]$", "$1")
            .replaceAll("^(invalid bearer token, )+", "")
            .replaceAll("\\d{4}-\\d\\d-\\d\\d [0-9:]{8} \\+0000 UTC", "...");
    for (TokenIssuer issuer : issuers) {
      reason = reason.replace(issuer.url(), "https://issuer.example.com");
    }
    return reason;
  }

  /** Who asks by TokenReview for whom a token is learns no more than the door's rule says. */
  private static void requireAudience(KubernetesApi api) {
    JsonNode own = review(api, STATIC);
    assertThat(own.path("authenticated").asBoolean()).isTrue();
    assertThat(own.at("/audiences/0").asText()).isEqualTo("https://kubernetes.default.svc");
    assertThat(review(api, STATIC, "vault").path("authenticated").asBoolean()).isFalse();
    JsonNode vault = review(api, "vault.erin", "vault");
    assertThat(vault.at("/user/username").asText()).isEqualTo("erin");
    assertThat(vault.path("audiences")).map(JsonNode::asText).containsExactly("vault");
  }

  /**
   * A credential that somebody knows.
   *
   * @param bearer the API as whoever shows it sees it
   */
  private record Shown(String credential, String knownBy, KubernetesApi bearer) {}

  /** A token that nobody knows, or that does not count. */
  private record Refused(String credential, String asked, String token) {}

  private String secret(String token) {
    secrets.add(token);
    return token;
  }

  private static Answer who(KubernetesApi api) {
    return api.create(
        SELF, Documents.yaml("{apiVersion: authentication.k8s.io/v1, kind: SelfSubjectReview}"));
  }

  private static JsonNode review(KubernetesApi api, String token, String... audiences) {
    ObjectNode review =
        Documents.yaml("{apiVersion: authentication.k8s.io/v1, kind: TokenReview, spec: {}}");
    ObjectNode spec = review.withObject("/spec").put("token", token);
    for (String audience : audiences) {
      spec.withArray("audiences").add(audience);
    }
    return api.create(REVIEWS, review).accepted().at("/status");
  }

  /** What both issuers say of dora, but for what is said otherwise. */
  private static Map<String, Object> claims(String audience, Map<String, Object> others) {
    var claims = new HashMap<String, Object>();
    claims.put("sub", "dora");
    claims.put("aud", audience);
    claims.put("groups", List.of("devs", "ops"));
    claims.put("id", "uid-of-dora");
    claims.put("tenant", "north");
    claims.putAll(others);
    return claims;
  }

  private static String serviceAccountToken(
      KubernetesApi api, String in, String name, String... audiences) {
    String accounts = "/api/v1/namespaces/" + in + "/serviceaccounts";
    ObjectNode account = Documents.yaml("{apiVersion: v1, kind: ServiceAccount, metadata: {}}");
    account.withObject("/metadata").put("name", name);
    api.create(accounts, account).accepted();
    ObjectNode request =
        Documents.yaml("{apiVersion: authentication.k8s.io/v1, kind: TokenRequest, spec: {}}");
    for (String audience : audiences) {
      request.withObject("/spec").withArray("audiences").add(audience);
    }
    return api.create(accounts + "/" + name + "/token", request)
        .accepted()
        .at("/status/token")
        .asText();
  }

  private static String lateToken(KubernetesApi api) {
    String token = serviceAccountToken(api, "default", "late");
    api.delete("/api/v1/namespaces/default/serviceaccounts/late").accepted();
    return token;
  }

  private static void bind(
      KubernetesApi api, String name, String role, String kind, String subject) {
    ObjectNode binding =
        Documents.yaml(
            """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: %s}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "%s"}
            subjects:
            - {apiGroup: rbac.authorization.k8s.io, kind: %s, name: "%s"}
            """
                .formatted(name, role, kind, subject));
    api.create(BINDINGS, binding).accepted();
  }

  /** Without what is another in each run. */
  private String masked(String text, TokenIssuer own) {
    return text.replace(own.url(), "https://issuer.example.com")
        .replace(namespace.name(), "shop")
        .replaceAll("X509SHA256=[0-9a-f]{64}", "X509SHA256=...")
        .replaceAll("JTI=[0-9a-f-]{36}", "JTI=...")
        .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "a UUID");
  }

  private static String code(String text) {
    return text.isEmpty() ? "" : "`" + text + "`";
  }

  /** With what an operator adds: a path for callers without a credential, and what is not ours. */
  private String[] flags(int port, TokenIssuer own) throws Exception {
    var files = new ControlPlaneFiles(launcher, work.resolve("files"));
    files.bringCertificates();
    var flags =
        new ArrayList<>(
            List.of(
                files.write(
                    "--for-apiserver",
                    "--server=https://127.0.0.1:" + port,
                    "--authenticate=" + DOOR,
                    "--issuer=" + own.url() + "=kubernetes",
                    "--issuer-ca=" + launcher.certificates().ca())));
    Path configuration = files.file("authentication.yaml");
    String text = Files.readString(configuration);
    assertThat(text).contains("- path: /livez\n");
    Files.writeString(
        configuration,
        text.replace("- path: /livez\n", "- path: /livez\n  - path: " + SELF + "\n"));
    flags.add("--client-ca-file=" + launcher.certificates().ca());
    flags.add("--authorization-mode=Node,RBAC");
    return flags.toArray(String[]::new);
  }

  private UsherProcess startUsher(int port, TokenIssuer asked) throws IOException {
    Files.writeString(
        work.resolve("tokens.csv"), STATIC + ",frank,uid-of-frank,\"clerks,readers\"\n");
    ObjectNode issuers =
        Documents.yaml(
            """
            apiVersion: apiserver.config.k8s.io/v1
            kind: AuthenticationConfiguration
            jwt:
            - issuer: {url: "%s", audiences: [usher]}
              claimMappings:
                username: {claim: sub, prefix: "staff:"}
                groups: {claim: groups, prefix: ""}
                uid: {claim: id}
                extra:
                - {key: example.com/tenant, valueExpression: claims.tenant}
              userValidationRules:
              - {expression: "user.groups.all(group, !group.startsWith('system:'))", message: "a group is one of Kubernetes' own"}
            """
                .formatted(asked.url()));
    ((ObjectNode) issuers.at("/jwt/0/issuer"))
        .put("certificateAuthority", Files.readString(launcher.certificates().ca()));
    Files.writeString(work.resolve("issuers.yaml"), issuers.toString());
    Files.writeString(work.resolve("other.kubeconfig"), otherClustersReviews());
    Path doors =
        Files.writeString(
            work.resolve("doors.yaml"),
            """
            doors:
            - name: %s
              authentication:
              - tokenFile: tokens.csv
              - issuers: issuers.yaml
              - tokenReview: {kubeconfig: other.kubeconfig}
            """
                .formatted(DOOR));
    Path rules = RuleJar.write(work.resolve("identities.jar"), IdentityRules.class);
    return new UsherProcess.Launcher(
            launcher.server(), rules, launcher.work(), launcher.certificates())
        .start(
            LOG,
            new String[] {"127.0.0.1"},
            port,
            List.of(
                "--doors=" + doors,
                "--client-ca=" + launcher.certificates().ca(),
                "--client-names=kube-apiserver"));
  }

  /** What leads to the TokenReviews of the suite's API server, with a ServiceAccount's rights. */
  private String otherClustersReviews() {
    String name = "reviewer";
    String token = secret(serviceAccountToken(otherCluster, namespace.name(), name));
    bind(
        otherCluster,
        namespace.name() + "-" + name,
        "system:auth-delegator",
        "User",
        "system:serviceaccount:" + namespace.name() + ":" + name);
    ObjectNode config =
        Documents.yaml(kubectl.run("", "config", "view", "--raw", "-o", "json").out());
    ((ObjectNode) config.at("/users/0")).putObject("user").put("token", token);
    ObjectNode cluster = (ObjectNode) config.at("/clusters/0/cluster");
    cluster.put("server", cluster.path("server").asText() + REVIEWS);
    return config.toString();
  }
}
