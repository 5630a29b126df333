package io.usher.e2e;

import static io.usher.e2e.Documents.configMap;
import static io.usher.e2e.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code usher authority} with the rights that the generated manifests give it. */
@ExtendWith(ClusterExtension.class)
final class AuthorityIT {

  private static final Path MANIFESTS = Path.of("..", "manifests");

  /** Of a folder of manifests. */
  private static final String RIGHTS = "overlays/self-managed/authority.yaml";

  private static final String SECRETS =
      "/api/v1/namespaces/" + AuthorityProcess.NAMESPACE + "/secrets";
  private static final String CA = SECRETS + "/labeler-authority";
  private static final String TLS = SECRETS + "/labeler-tls";

  /** The name by which kube-apiserver calls the Service of the manifests. */
  private static final String SERVED =
      AuthorityProcess.NAME + "." + AuthorityProcess.NAMESPACE + ".svc";

  /** The definition that the manifests have for it. */
  private static final String WRITTEN = "definitions/customresourcedefinition.yaml";

  private static final String WEBHOOK = "deny-unwanted.e2e.usher.io";

  private final TestNamespace namespace;
  private final KubernetesApi api;
  private final Kubectl kubectl;
  private final UsherProcess.Launcher usher;
  private AuthorityProcess.Launcher launcher;

  AuthorityIT(
      TestNamespace namespace, KubernetesApi api, Kubectl kubectl, UsherProcess.Launcher usher) {
    this.namespace = namespace;
    this.api = api;
    this.kubectl = kubectl;
    this.usher = usher;
  }

  @BeforeEach
  void giveTheRights() throws IOException {
    giveTheRightsOf(MANIFESTS);
    launcher = AuthorityProcess.Launcher.of(usher, api, kubectl);
  }

  private void giveTheRightsOf(Path manifests) throws IOException {
    apply(Files.readString(manifests.resolve("base/namespace.yaml")));
    var rights = new ArrayList<String>();
    for (ObjectNode object : Documents.stream(manifests.resolve(RIGHTS))) {
      if (object.path("kind").asText().matches("ServiceAccount|(Cluster)?Role(Binding)?")) {
        rights.add(object.toString());
      }
    }
    assertThat(rights).hasSize(5);
    apply(String.join("\n---\n", rights));
  }

  @AfterEach
  void deleteSecrets() {
    api.delete(CA);
    api.delete(TLS);
  }

  @Test
  void makesWhatIsMissingAgainAndAgain() throws Exception {
    try (var authority = launcher.start("authority")) {
      eventually(() -> assertThat(authority.isReady()).isTrue());
      api.create(configuration(443, "").collection(), configuration(443, "").document()).accepted();
      eventually(() -> assertThat(trusted()).isEqualTo(certificates(TLS, "ca.crt")));
      assertThat(trusted()).isEqualTo(certificates(CA, "tls.crt"));
      Certificate first = leaf();
      first.verify(ca().getPublicKey());

      api.delete(TLS).accepted();
      eventually(() -> assertThat(leaf()).isNotNull().isNotEqualTo(first));
      leaf().verify(ca().getPublicKey());

      Certificate lost = ca();
      api.delete(CA).accepted();
      eventually(() -> assertThat(ca()).isNotNull().isNotEqualTo(lost));
      eventually(() -> assertThat(trusted()).containsExactlyInAnyOrder(lost, ca()));
      eventually(() -> assertThat(isSigned(leaf(), ca())).isTrue());
      assertThat(authority.get("/livez")).isEqualTo("200 ok");
    }
    Answer before = api.get(TLS);
    try (var authority = launcher.start("authority-again")) {
      eventually(() -> assertThat(authority.isReady()).isTrue());
      assertThat(api.get(TLS).body()).isEqualTo(before.body());
    } finally {
      api.delete(configuration(443, "").collection() + "/" + AuthorityProcess.NAME);
    }
  }

  /** Each create waits for a call, which fails as soon as somebody doesn't trust somebody. */
  @Test
  void noCreateFailsWhileCaAndLeafAreRenewed() throws Exception {
    try (var authority = launcher.start("authority-rotates", "--leaf-life=15s", "--ca-life=45s");
        var kubelet = new Kubelet(usher.work().resolve("authority-tls"))) {
      Path mounted = kubelet.awaitSecret();
      try (var server = usher.start("rotated", mounted)) {
        namespace.register(
            configuration(server.port(), api.get(TLS).accepted().at("/data/ca.crt").asText()));
        final Certificate firstCa = trusted().get(0);
        var running = new AtomicBoolean(true);
        var answers = new ArrayList<Answer>();
        var stream = CompletableFuture.runAsync(() -> create(running, answers));
        Instant end = Instant.now().plus(Duration.ofSeconds(150));
        while (trusted().contains(firstCa) && Instant.now().isBefore(end)) {
          TestNamespace.pause(Duration.ofSeconds(1));
        }
        running.set(false);
        stream.get();

        assertThat(trusted()).isNotEmpty().doesNotContain(firstCa);
        assertThat(isSigned(leaf(), firstCa)).isFalse();
        assertThat(answers).hasSizeGreaterThan(100);
        assertThat(Answer.outcomes(answers)).containsOnlyKeys("201");
        assertThat(authority.isAlive()).isTrue();
      }
    }
  }

  /** The objects are stored in another version than they are read in: each read needs trust. */
  @Test
  void noConversionFailsWhileCaAndLeafAreRenewed(@TempDir Path work) throws Exception {
    Path jar = RuleJar.write(work.resolve("tabs.jar"), ConvertedTabs.CLASSES);
    Path manifests = manifests(work, jar);
    giveTheRightsOf(manifests);
    createServiceOfTheServer();
    try (var authority =
            launcher.start(
                "authority-converts",
                "--dns=" + SERVED,
                "--definitions=" + Tabs.NAME,
                "--leaf-life=15s",
                "--ca-life=45s");
        var kubelet = new Kubelet(usher.work().resolve("authority-converts-tls"));
        var server =
            new UsherProcess.Launcher(usher.server(), jar, usher.work(), usher.certificates())
                .start("converts", kubelet.awaitSecret())) {
      ObjectNode definition = Documents.stream(manifests.resolve(WRITTEN)).get(0);
      ((ObjectNode) definition.at("/spec/conversion/webhook/clientConfig/service"))
          .put("port", server.port());
      api.create(Tabs.DEFINITIONS, definition).accepted();
      eventually(() -> assertThat(trustedForConversions()).isNotEmpty());
      final Certificate firstCa = trustedForConversions().get(0);
      String stored = namespace.path(Tabs.GROUP + "/v1alpha1", "tabs");
      eventually(() -> api.create(stored, Tabs.tab("v1alpha1", "one", "kept")).accepted());
      String read = namespace.path(Tabs.GROUP + "/v1", "tabs") + "/one";
      eventually(() -> api.get(read).accepted());

      var answers = new ArrayList<Answer>();
      Instant end = Instant.now().plus(Duration.ofSeconds(150));
      while (trustedForConversions().contains(firstCa) && Instant.now().isBefore(end)) {
        answers.add(api.get(read));
      }

      assertThat(trustedForConversions()).isNotEmpty().doesNotContain(firstCa);
      assertThat(isSigned(leaf(), firstCa)).isFalse();
      answers.add(api.get(read));
      assertThat(answers).hasSizeGreaterThan(100);
      assertThat(Answer.outcomes(answers)).containsOnlyKeys("200");
      assertThat(answers.get(answers.size() - 1).at("/spec/schedule/minute").asText())
          .isEqualTo("5");
      assertThat(authority.isAlive()).isTrue();
      assertThat(mayDo("patch customresourcedefinitions/" + Tabs.NAME)).isEqualTo("yes");
      assertThat(mayDo("patch customresourcedefinitions/others." + Tabs.GROUP)).isEqualTo("no");
    } finally {
      api.delete(Tabs.DEFINITION);
      eventually(() -> assertThat(api.get(Tabs.DEFINITION).status()).isEqualTo(404));
    }
  }

  @Test
  void twoAtOnceAgreeOnOneCa() throws Exception {
    try (var one = launcher.start("authority-one");
        var other = launcher.start("authority-other")) {
      eventually(() -> assertThat(one.isReady() && other.isReady()).isTrue());

      assertThat(certificates(TLS, "ca.crt")).containsExactly(ca());
      leaf().verify(ca().getPublicKey());
    }
  }

  @Test
  void foreignSecretIsKept() {
    ObjectNode foreign =
        Documents.yaml("{apiVersion: v1, kind: Secret, metadata: {name: labeler-tls}}");
    api.create(SECRETS, foreign).accepted();
    Answer before = api.get(TLS);
    try (var authority = launcher.start("authority-refuses")) {
      eventually(
          () ->
              assertThat(authority.get("/readyz"))
                  .startsWith("503 ")
                  .contains("Secret labeler-system/labeler-tls was not made by this authority"));

      assertThat(api.get(TLS).body()).isEqualTo(before.body());
      assertThat(authority.get("/livez")).isEqualTo("200 ok");
    }
  }

  @Test
  void otherSecretsAreNotItsOwn() {
    for (String question :
        List.of(
            "get secret/other",
            "list secrets",
            "update secret/other",
            "delete secret/labeler-tls")) {
      assertThat(mayDo(question)).as(question).isEqualTo("no");
    }
    assertThat(mayDo("get secret/labeler-tls")).isEqualTo("yes");
  }

  /** Of a server that converts tabs. */
  private Path manifests(Path work, Path jar) throws Exception {
    Path definition =
        Files.writeString(work.resolve("tabs.yaml"), Tabs.definition("v1alpha1").toString());
    Path manifests = work.resolve("manifests");
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-jar",
            usher.server().toString(),
            "manifests",
            "--name=" + AuthorityProcess.NAME,
            "--rules=" + jar,
            "--image=usher",
            "--definitions=" + definition,
            "--out=" + manifests);
    Path log = work.resolve("manifests.log");
    int code = ChildProcess.builder(log, command).start().waitFor();
    assertThat(code).as(Files.readString(log)).isZero();
    return manifests;
  }

  /** It leads to this machine, as that of the suite. */
  private void createServiceOfTheServer() {
    apply(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: %s, namespace: %s}
        spec: {type: ExternalName, externalName: localhost}
        """
            .formatted(AuthorityProcess.NAME, AuthorityProcess.NAMESPACE));
  }

  private List<Certificate> trustedForConversions() {
    return parse(
        api.get(Tabs.DEFINITION)
            .accepted()
            .at("/spec/conversion/webhook/clientConfig/caBundle")
            .asText());
  }

  private String mayDo(String question) {
    var arguments = new ArrayList<>(List.of("auth", "can-i"));
    arguments.addAll(List.of(question.split(" ")));
    arguments.addAll(
        List.of(
            "--namespace=" + AuthorityProcess.NAMESPACE,
            "--as=system:serviceaccount:labeler-system:labeler-authority"));
    return kubectl.run("", arguments.toArray(String[]::new)).out().strip();
  }

  private void create(AtomicBoolean running, List<Answer> answers) {
    while (running.get()) {
      answers.add(api.create(namespace.path("v1", "configmaps") + "?dryRun=All", configMap("map")));
    }
  }

  private WebhookConfiguration configuration(int port, String caBundle) {
    return WebhookConfiguration.validating(AuthorityProcess.NAME, namespace, port, caBundle)
        .webhook(WEBHOOK, "CREATE /v1/configmaps", entry -> entry.put("failurePolicy", "Fail"));
  }

  /** What each of the entries trusts; that they trust the same is asserted. */
  private List<Certificate> trusted() {
    var webhooks =
        api.get(configuration(443, "").collection() + "/" + AuthorityProcess.NAME)
            .accepted()
            .at("/webhooks");
    var bundles = new ArrayList<String>();
    webhooks.forEach(entry -> bundles.add(entry.at("/clientConfig/caBundle").asText()));
    assertThat(bundles).hasSize(2).containsOnly(bundles.get(0));
    return parse(bundles.get(0));
  }

  private Certificate ca() {
    return certificates(CA, "tls.crt").get(0);
  }

  private Certificate leaf() {
    return certificates(TLS, "tls.crt").get(0);
  }

  private List<Certificate> certificates(String secret, String key) {
    Answer answer = api.get(secret);
    assertThat(answer.status()).as(secret).isEqualTo(200);
    return parse(answer.body().path("data").path(key).asText());
  }

  private static List<Certificate> parse(String base64) {
    byte[] pem = Base64.getDecoder().decode(base64);
    try {
      return List.copyOf(
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem)));
    } catch (CertificateException e) {
      throw new IllegalStateException("read " + new String(pem, StandardCharsets.US_ASCII), e);
    }
  }

  private static boolean isSigned(Certificate leaf, Certificate ca) {
    try {
      leaf.verify(ca.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private void apply(String yaml) {
    Kubectl.Output output = kubectl.run(yaml, "apply", "--server-side", "-f", "-");
    assertThat(output.exitCode()).as(output.err()).isZero();
  }

  /** Brings the Secret into a folder, as kubelet mounts it, only sooner. */
  private final class Kubelet implements AutoCloseable {

    private final Path folder;
    private final Thread thread = new Thread(this::follow, "kubelet");

    Kubelet(Path folder) throws IOException {
      this.folder = Files.createDirectories(folder);
      thread.start();
    }

    Path awaitSecret() {
      eventually(() -> assertThat(folder.resolve("tls.key")).exists());
      return folder;
    }

    private void follow() {
      try {
        while (true) {
          Answer secret = api.get(TLS);
          if (secret.status() == 200) {
            for (String file : List.of("ca.crt", "tls.crt", "tls.key")) {
              write(
                  file, Base64.getDecoder().decode(secret.body().path("data").path(file).asText()));
            }
          }
          Thread.sleep(200);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (IOException e) {
        throw new IllegalStateException("mount the Secret", e);
      }
    }

    private void write(String file, byte[] content) throws IOException {
      Path half = folder.resolve(file + ".new");
      Files.write(half, content);
      Files.move(
          half,
          folder.resolve(file),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws InterruptedException {
      thread.interrupt();
      thread.join();
    }
  }
}
