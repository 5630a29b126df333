package io.usher.e2e;

import static io.usher.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What kube-apiserver's own modes decide of the requests in webhook-apiserver's test resources, and
 * the roles that it creates: the files by which ABAC and RBAC are tested there are these. With
 * {@code -Dusher.golden.update=true} they are written anew.
 */
@ExtendWith(ClusterExtension.class)
class AuthorizationModesIT {

  private static final Path MODULE = Path.of("../webhook-apiserver/src");
  private static final Path FILES = MODULE.resolve("test/resources/io/usher/apiserver/authz");
  private static final Path POLICY =
      MODULE.resolve("main/resources/io/usher/apiserver/authz/bootstrap-policy.jsonl");
  private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/";
  private static final String HEAD =
      "# made by kube-apiserver: + for each of identities.txt that is allowed the request";

  @TempDir private Path work;

  @Test
  void abacDecidesAsTheFileSays() throws IOException {
    Path assets = Path.of(System.getProperty("usher.e2e.assets"));
    String policy = "--authorization-policy-file=" + FILES.resolve("abac-policy.jsonl");
    try (var server = new PlainApiServer(assets, work, "--authorization-mode=ABAC", policy)) {
      compare(FILES.resolve("decisions-abac.txt"), decisions(server.api()));
    }
  }

  @Test
  void rbacDecidesAsTheFileSays() throws IOException {
    Path assets = Path.of(System.getProperty("usher.e2e.assets"));
    try (var server = new PlainApiServer(assets, work, "--authorization-mode=RBAC")) {
      KubernetesApi api = server.api();
      api.create(
              "/api/v1/namespaces",
              Documents.yaml("{apiVersion: v1, kind: Namespace, metadata: {name: team}}"))
          .accepted();
      for (ObjectNode object : Documents.stream(FILES.resolve("rbac-objects.yaml"))) {
        api.create(collection(object), object).accepted();
      }
      // The authorizer learns of them by its watches.
      List<String> expected = Files.readAllLines(FILES.resolve("decisions-rbac.txt"));
      if (!Boolean.getBoolean("usher.golden.update")) {
        eventually(() -> assertThat(decisions(api)).isEqualTo(expected));
      } else {
        compare(FILES.resolve("decisions-rbac.txt"), decisions(api));
      }
    }
  }

  /** The tables of the modes, by ready-made authorizers behind a door of {@code usher serve}. */
  @ParameterizedTest
  @CsvSource({
    "abacFile, abac-policy.jsonl, decisions-abac.txt",
    "rbacFile, rbac-objects.yaml, decisions-rbac.txt"
  })
  void usherAsWebhookDecidesAsTheMode(
      String part, String policy, String decisions, UsherProcess.Launcher launcher)
      throws IOException {
    Path doors =
        Files.writeString(
            work.resolve("doors.yaml"),
            "doors: [{name: access.example.com, authorization: [{%s: %s}]}]"
                .formatted(part, FILES.resolve(policy).toAbsolutePath()));
    requireDecisions(decisions, launcher, "access-" + part, "--doors=" + doors);
  }

  /** The same, by methods that say what the policies of the modes say. */
  @ParameterizedTest
  @CsvSource({"AbacAsRules, decisions-abac.txt", "RbacAsRules, decisions-rbac.txt"})
  void rulesInJavaDecideAsTheMode(String rules, String decisions, UsherProcess.Launcher launcher)
      throws Exception {
    Class<?> type = Class.forName(getClass().getPackageName() + "." + rules);
    Path jar = RuleJar.write(work.resolve("rules.jar"), type, Wanted.class);
    var ofRules =
        new UsherProcess.Launcher(launcher.server(), jar, launcher.work(), launcher.certificates());
    requireDecisions(decisions, ofRules, "access-" + rules);
  }

  /**
   * With a server of these flags as its only authorizer, kube-apiserver decides as the file says.
   */
  private void requireDecisions(
      String decisions, UsherProcess.Launcher launcher, String name, String... flags)
      throws IOException {
    CertificateFiles certificates = launcher.certificates();
    certificates.issue("kube-apiserver");
    int port = UsherProcess.freePort();
    Path kubeconfig =
        Files.writeString(
            work.resolve("authorization.kubeconfig"),
            """
            apiVersion: v1
            kind: Config
            clusters:
            - name: usher
              cluster: {server: "https://127.0.0.1:%d/authorize/access.example.com", certificate-authority: %s}
            users:
            - {name: me, user: {client-certificate: %s, client-key: %s}}
            contexts:
            - {name: usher, context: {cluster: usher, user: me}}
            current-context: usher
            """
                .formatted(
                    port,
                    certificates.ca(),
                    certificates.certificate("kube-apiserver"),
                    certificates.key("kube-apiserver")));
    var all = new ArrayList<>(List.of(flags));
    all.add("--client-ca=" + certificates.ca());
    try (var usher = launcher.start(name, new String[] {"127.0.0.1"}, port, all);
        var server =
            new PlainApiServer(
                Path.of(System.getProperty("usher.e2e.assets")),
                work,
                "--authorization-mode=Webhook",
                "--authorization-webhook-config-file=" + kubeconfig,
                "--authorization-webhook-version=v1")) {
      assertThat(decisions(server.api())).isEqualTo(Files.readAllLines(FILES.resolve(decisions)));
      assertThat(usher.get("/metrics"))
          .contains("usher_access_reviews_total{decision=\"allowed\",kind=\"authorization\"");
    }
  }

  @Test
  void defaultRolesAreThoseOfTheFile(KubernetesApi api) throws IOException {
    var roles = new TreeSet<String>();
    for (String plural : List.of("clusterroles", "clusterrolebindings", "roles", "rolebindings")) {
      String kind = plural.equals("roles") ? "Role" : kind(plural);
      String selector = "?labelSelector=kubernetes.io/bootstrapping=rbac-defaults";
      for (JsonNode item : api.get(RBAC + plural + selector).accepted().at("/items")) {
        ObjectNode object = ((ObjectNode) item).put("kind", kind);
        object.put("apiVersion", "rbac.authorization.k8s.io/v1");
        object
            .withObject("/metadata")
            .remove(List.of("uid", "resourceVersion", "creationTimestamp", "managedFields"));
        roles.add(Documents.sorted(object));
      }
    }
    var stored = new TreeSet<String>();
    for (String line : Files.readAllLines(POLICY)) {
      stored.add(Documents.sorted(Documents.yaml(line)));
    }
    assertThat(stored).isEqualTo(roles);
  }

  private static String kind(String plural) {
    return switch (plural) {
      case "clusterroles" -> "ClusterRole";
      case "clusterrolebindings" -> "ClusterRoleBinding";
      default -> "RoleBinding";
    };
  }

  private static String collection(ObjectNode object) {
    String plural = object.path("kind").asText().toLowerCase(Locale.ROOT) + 's';
    JsonNode namespace = object.at("/metadata/namespace");
    return namespace.isMissingNode()
        ? RBAC + plural
        : RBAC + "namespaces/" + namespace.asText() + '/' + plural;
  }

  private static void compare(Path file, List<String> decisions) throws IOException {
    if (Boolean.getBoolean("usher.golden.update")) {
      Files.write(file, decisions);
    }
    assertThat(decisions).isEqualTo(Files.readAllLines(file));
  }

  private static List<String> decisions(KubernetesApi api) {
    var decisions = new ArrayList<>(List.of(HEAD));
    for (String request : lines("requests.txt")) {
      var line = new StringBuilder();
      for (String identity : lines("identities.txt")) {
        line.append(isAllowed(api, identity, request) ? '+' : '-');
      }
      decisions.add(line + " " + request);
    }
    return decisions;
  }

  private static boolean isAllowed(KubernetesApi api, String identity, String request) {
    String[] who = identity.split("\\|");
    String[] what = request.split("\\|", -1);
    ObjectNode review =
        Documents.yaml(
            "{apiVersion: authorization.k8s.io/v1, kind: SubjectAccessReview, spec: {}}");
    ObjectNode spec = review.withObject("/spec").put("user", who[0].strip());
    for (String group : who[1].strip().split(",")) {
      spec.withArray("groups").add(group);
    }
    if (what.length == 2) {
      spec.putObject("nonResourceAttributes")
          .put("verb", what[0].strip())
          .put("path", what[1].strip());
    } else {
      spec.putObject("resourceAttributes")
          .put("verb", what[0].strip())
          .put("group", what[1].strip())
          .put("version", "v1")
          .put("resource", what[2].strip())
          .put("subresource", what[3].strip())
          .put("namespace", what[4].strip())
          .put("name", what[5].strip());
    }
    return api.create("/apis/authorization.k8s.io/v1/subjectaccessreviews", review)
        .accepted()
        .at("/status/allowed")
        .asBoolean();
  }

  private static List<String> lines(String file) {
    try {
      return Files.readAllLines(FILES.resolve(file)).stream()
          .filter(line -> !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
