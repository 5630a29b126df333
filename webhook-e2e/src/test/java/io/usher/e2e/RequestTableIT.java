package io.usher.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.admission.AdmissionPlugins;
import io.usher.apiserver.admission.webhook.HttpWebhookCaller;
import io.usher.apiserver.admission.webhook.HttpWebhookCaller.ServiceResolver;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.authn.TokenFile;
import io.usher.server.HttpsApiServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The embedded API server answers the requests of {@code requests/*.http} as kube-apiserver does:
 * status, headers, and the whole body, but for what {@link AnswerMask} masks. Where it does not,
 * docs/apiserver.md says so and why. The answers are in {@code target/requests}, to be compared by
 * a person.
 */
class RequestTableIT {

  private static final List<String> FILES =
      List.of(
          "discovery",
          "reads",
          "writes",
          "deletes",
          "subresources",
          "bodies",
          "watch",
          "definitions",
          "customresources",
          "apply",
          "proxy");

  /** The rows that differ, as file and name, with the reasons that the docs give. */
  private static final Map<String, String> DIFFERENCES =
      Map.of(
          "discovery: the paths that there are",
          "kube-apiserver lists the checks of its own parts, metrics and OpenID",
          "discovery: the version",
          "it says that Usher answers, in the version of Kubernetes whose behaviour it has",
          "discovery: the index of OpenAPI version 3",
          "no OpenID documents, and `application/json` where kube-apiserver says `text/plain`",
          "reads: an object as protobuf, else as JSON",
          "answers are JSON or YAML, never protobuf",
          "writes: strategic merge patch with a directive that there is not",
          "the message names the place in the patch",
          "writes: strategic merge patch without a list's key",
          "the message names the place in the patch",
          "writes: strategic merge patch of a wrong type",
          "the message names the field, and the object that the patch leads to",
          "bodies: a body that is no YAML",
          "the YAML parser is another, and words what is wrong in its own way",
          "bodies: a name that can't be decoded",
          "a `Status`, where Go answers with plain text before kube-apiserver sees the request");

  private static final Path DOCS = Path.of("../docs/apiserver.md");
  private static final Path ANSWERS = Path.of("target/requests");

  private static final String PLUGINS =
      "NamespaceLifecycle,LimitRanger,ServiceAccount,CertificateApproval,CertificateSigning,"
          + "CertificateSubjectRestriction,MutatingAdmissionWebhook,ValidatingAdmissionWebhook,"
          + "ResourceQuota";

  /** Those that kube-apiserver has by default, too, and the embedded server does not. */
  private static final String OTHER_PLUGINS =
      "TaintNodesByCondition,Priority,DefaultTolerationSeconds,DefaultStorageClass,"
          + "StorageObjectInUseProtection,PersistentVolumeClaimResize,RuntimeClass,"
          + "ClusterTrustBundleAttest,DefaultIngressClass,PodTopologyLabels,"
          + "MutatingAdmissionPolicy,ValidatingAdmissionPolicy";

  @TempDir private static Path work;
  private static PlainApiServer real;
  private static HttpsApiServer own;
  private static FakeKubelet kubelet;

  @BeforeAll
  static void start() throws IOException, GeneralSecurityException {
    real =
        new PlainApiServer(
            Path.of(System.getProperty("usher.e2e.assets")),
            work,
            "--authorization-mode=RBAC",
            "--anonymous-auth=false",
            "--enable-admission-plugins=" + PLUGINS,
            "--disable-admission-plugins=" + OTHER_PLUGINS);
    kubelet = new FakeKubelet(Files.createDirectory(work.resolve("kubelet")));
    var tokens = new TokenFile(real.tokens());
    own =
        HttpsApiServer.start(
            new InetSocketAddress("127.0.0.1", 0),
            List.of(),
            config -> config.authenticator(tokens).admission(objects -> List.of(plugins(objects))),
            problem -> {
              throw new AssertionError(problem);
            });
  }

  private static AdmissionPlugin plugins(ObjectStore objects) {
    return new AdmissionPlugins(
            objects,
            new HttpWebhookCaller(ServiceResolver.CLUSTER),
            Runnable::run,
            new SecureRandom(),
            Clock.systemUTC())
        .named(List.of(PLUGINS.split(",")));
  }

  @AfterAll
  static void stop() throws IOException {
    kubelet.close();
    own.close();
    real.close();
  }

  /** A client of an embedded server, whose CA goes into the folder. */
  static RawClient client(HttpsApiServer server, Path folder) throws IOException {
    byte[] authority =
        Base64.getDecoder()
            .decode(
                Documents.yaml(server.kubeconfig())
                    .at("/clusters/0/cluster/certificate-authority-data")
                    .textValue());
    Path file = Files.write(folder.resolve("own-ca.crt"), authority);
    return new RawClient(URI.create(server.url()), CertificateFiles.trusting(file));
  }

  @ParameterizedTest
  @FieldSource("FILES")
  void answersAreTheRealServers(String name) throws IOException {
    RequestFile file = RequestFile.read(name + ".http");
    String namespace = "table-" + name;
    RawClient ownClient = client(own, work);
    prepare(ownClient, namespace);
    if (name.equals("proxy")) {
      for (RawClient client : List.of(ownClient, real.raw())) {
        createUpstreams(client, namespace);
      }
    }
    var later = CompletableFuture.supplyAsync(() -> play(real.raw(), file, namespace));
    Map<String, String> actual = play(ownClient, file, namespace);
    Map<String, String> expected = later.join();
    write(name + ".real.txt", expected);
    write(name + ".own.txt", actual);

    var different = new ArrayList<>(expected.keySet());
    different.removeIf(row -> expected.get(row).equals(actual.get(row)));
    assertThat(different)
        .as("rows that differ; the answers are in webhook-e2e/target/requests/%s.*.txt", name)
        .containsExactlyInAnyOrderElementsOf(
            DIFFERENCES.keySet().stream()
                .filter(row -> row.startsWith(name + ": "))
                .map(row -> row.substring(name.length() + 2))
                .toList());
    for (String row : different) {
      assertThat(status(actual.get(row))).as(row).isEqualTo(status(expected.get(row)));
    }
  }

  private static String status(String answer) {
    return answer.lines().findFirst().orElse("");
  }

  /** Makes the namespace, and on the real server what a controller would make in it. */
  private static void prepare(RawClient ownClient, String namespace) {
    String path = "/api/v1/namespaces/" + namespace;
    for (RawClient client : List.of(ownClient, real.raw())) {
      send(client, "POST", "/api/v1/namespaces", "{\"metadata\":{\"name\":\"" + namespace + "\"}}");
    }
    send(real.raw(), "POST", path + "/serviceaccounts", "{\"metadata\":{\"name\":\"default\"}}");
    Eventually.eventually(
        () -> {
          assertThat(send(ownClient, "GET", path + "/serviceaccounts/default", "")).isNotNull();
          JsonNode map = send(ownClient, "GET", path + "/configmaps/kube-root-ca.crt", "");
          assertThat(map).isNotNull();
          ObjectNode copy = map.deepCopy();
          copy.putObject("metadata")
              .put("name", "kube-root-ca.crt")
              .set("annotations", map.at("/metadata/annotations"));
          send(real.raw(), "POST", path + "/configmaps", copy.toString());
        });
  }

  /** What requests are passed on to, whose objects have addresses of each server's own. */
  private static void createUpstreams(RawClient client, String namespace) {
    String node =
        """
        {"metadata": {"name": "%s"}, "status": {
          "addresses": [{"type": "%s", "address": "%s"}],
          "daemonEndpoints": {"kubeletEndpoint": {"Port": %d}}}}
        """;
    for (List<String> each :
        List.of(
            List.of("table-node", "InternalIP", kubelet.host()),
            List.of("table-lost", "Other", "10.1.1.1"),
            List.of("table-loopback", "InternalIP", "127.0.0.1"))) {
      String body = node.formatted(each.get(0), each.get(1), each.get(2), kubelet.port());
      assertThat(send(client, "POST", "/api/v1/nodes", body)).isNotNull();
    }
    String service =
        """
        {"metadata": {"name": "web"}, "spec": {"ports": [
          {"name": "main", "port": 80, "targetPort": %d},
          {"name": "tls", "port": 443, "targetPort": %d}]}}
        """
            .formatted(kubelet.plainPort(), kubelet.port());
    String services = "/api/v1/namespaces/" + namespace + "/services";
    assertThat(send(client, "POST", services, service)).isNotNull();
  }

  /** The object of a successful answer, or null. */
  static @Nullable JsonNode send(RawClient client, String method, String path, String body) {
    var headers =
        List.of("Authorization: Bearer " + PlainApiServer.ADMIN, "Content-Type: application/json");
    try (RawAnswer answer = client.send(method, path, headers, body)) {
      return answer.code() < 300 ? AnswerMask.tree(answer.body()) : null;
    }
  }

  private static Map<String, String> play(RawClient client, RequestFile file, String namespace) {
    var variables =
        Map.of(
            "namespace",
            namespace,
            "admin",
            PlainApiServer.ADMIN,
            "guest",
            PlainApiServer.GUEST,
            "kubelet",
            kubelet.host(),
            "kubeletPort",
            Integer.toString(kubelet.port()),
            "plainPort",
            Integer.toString(kubelet.plainPort()));
    try (var player = new RequestPlayer(client, variables)) {
      return player.play(file);
    }
  }

  /** Keeps answers for a person. */
  static void write(String name, Map<String, String> answers) throws IOException {
    Files.createDirectories(ANSWERS);
    var text = new StringBuilder();
    answers.forEach(
        (row, answer) ->
            text.append("### ").append(row).append('\n').append(answer).append("\n\n"));
    Files.writeString(ANSWERS.resolve(name), text);
  }

  @Test
  void tableHasAtLeast300RowsAndTheDocsGiveTheReasonOfEachDifference() throws IOException {
    int rows = 0;
    for (String file : FILES) {
      rows += RequestFile.read(file + ".http").rows().size();
    }
    assertThat(rows).isGreaterThanOrEqualTo(300);
    assertThat(DIFFERENCES).hasSizeLessThanOrEqualTo(10);
    assertThat(DIFFERENCES.keySet()).noneMatch(row -> row.startsWith("watch: "));
    String docs = Files.readString(DOCS);
    DIFFERENCES.forEach(
        (row, reason) -> assertThat(docs).contains("| " + row + " | " + reason + " |"));
  }
}
