package io.usher.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.LimitRangeBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.authentication.SelfSubjectReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.usher.certs.DevelopmentCertificates;
import io.usher.certs.TlsFiles;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiServerCommandIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<Thread> commands = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    for (Thread command : commands) {
      command.interrupt();
      command.join(LIMIT.toMillis());
    }
  }

  private int execute(String... options) {
    var arguments = new ArrayList<>(List.of("apiserver", "--secure-port", "0"));
    arguments.addAll(List.of(options));
    return Usher.commandLine("apiserver")
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments.toArray(String[]::new));
  }

  /** Starts the command, and gives what the kubeconfig says once it listens. */
  private String start(String... options) throws Exception {
    Path kubeconfig = directory.resolve("kubeconfig" + commands.size());
    var all = new ArrayList<>(List.of(options));
    all.addAll(List.of("--kubeconfig", kubeconfig.toString()));
    var command = new Thread(() -> execute(all.toArray(String[]::new)));
    command.start();
    commands.add(command);
    await(() -> out.toString().contains(kubeconfig.toString()) || !command.isAlive());
    assertThat(err.toString()).isEmpty();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kubeconfig)))
        .isEqualTo("rw-------");
    return Files.readString(kubeconfig);
  }

  private static void await(BooleanSupplier condition) {
    Awaitility.await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(5))
        .until(condition::getAsBoolean);
  }

  private static KubernetesClient client(Config config) {
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private static ConfigMap configMap(String name) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("default")
        .endMetadata()
        .addToData("a", "1")
        .build();
  }

  /** What a LimitRange makes of a Pod without limits. */
  private static String limitOfAPod(String kubeconfig) {
    try (KubernetesClient client = client(Config.fromKubeconfig(kubeconfig))) {
      client
          .limitRanges()
          .inNamespace("default")
          .resource(
              new LimitRangeBuilder()
                  .withNewMetadata()
                  .withName("limits")
                  .endMetadata()
                  .withNewSpec()
                  .addNewLimit()
                  .withType("Container")
                  .addToDefault("cpu", new Quantity("100m"))
                  .endLimit()
                  .endSpec()
                  .build())
          .create();
      Pod pod =
          new PodBuilder()
              .withNewMetadata()
              .withName("pod")
              .endMetadata()
              .withNewSpec()
              .addNewContainer()
              .withName("c")
              .withImage("i")
              .endContainer()
              .endSpec()
              .build();
      Pod created = client.pods().inNamespace("default").resource(pod).create();
      var limits = created.getSpec().getContainers().get(0).getResources().getLimits();
      return limits.containsKey("cpu") ? limits.get("cpu").toString() : "";
    }
  }

  @Test
  void pluginsThatAreTurnedOffDoNothing() throws Exception {
    assertThat(limitOfAPod(start("--disable-admission-plugins=ServiceAccount"))).isEqualTo("100m");
    assertThat(limitOfAPod(start("--disable-admission-plugins=ServiceAccount,LimitRanger")))
        .isEmpty();
  }

  @Test
  void anotherServerTellsWhoCallsAndWhetherHeMay() throws Exception {
    Path tokens = Files.writeString(directory.resolve("tokens.csv"), "t0k3n,alice,1,devs\n");
    String other = start("--token-auth-file", tokens.toString());
    try (KubernetesClient admin = client(Config.fromKubeconfig(other))) {
      admin
          .rbac()
          .clusterRoleBindings()
          .resource(
              new ClusterRoleBindingBuilder()
                  .withNewMetadata()
                  .withName("alice")
                  .endMetadata()
                  .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "view")
                  .addNewSubject("rbac.authorization.k8s.io", "User", "alice", null)
                  .build())
          .create();
    }
    String own =
        start(
            "--authorization-mode=Webhook",
            "--authorization-webhook-version=v1",
            "--authorization-webhook-config-file="
                + webhook(other, "/apis/authorization.k8s.io/v1/subjectaccessreviews"),
            "--authentication-token-webhook-version=v1",
            "--authentication-token-webhook-config-file="
                + webhook(other, "/apis/authentication.k8s.io/v1/tokenreviews"));
    Config alice = Config.fromKubeconfig(own);
    alice.setOauthToken("t0k3n");
    alice.setAutoOAuthToken("t0k3n");
    try (KubernetesClient client = client(alice)) {
      assertThat(client.configMaps().inNamespace("default").list().getItems()).isNotEmpty();
      assertThatThrownBy(() -> client.configMaps().resource(configMap("a")).create())
          .isInstanceOf(KubernetesClientException.class)
          .hasMessageContaining("User \"alice\" cannot create resource \"configmaps\"");
    }
    alice.setOauthToken("unknown");
    alice.setAutoOAuthToken("unknown");
    try (KubernetesClient client = client(alice)) {
      assertThatThrownBy(() -> client.configMaps().inNamespace("default").list())
          .hasMessageContaining("Unauthorized");
    }
  }

  /** A kubeconfig whose server is a path of this one. */
  private Path webhook(String kubeconfig, String path) throws Exception {
    return Files.writeString(
        Files.createTempFile(directory, "webhook", ""),
        kubeconfig.replaceFirst("(server: \\S+)", "$1" + path));
  }

  @Test
  void modeWebhookNeedsItsFile() {
    assertThat(execute("--authorization-mode=Webhook")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--authorization-webhook-config-file FILE go together");
  }

  @Test
  void clientOfFabric8WorksAsWithACluster() throws Exception {
    try (KubernetesClient client = client(Config.fromKubeconfig(start()))) {
      var events = new LinkedBlockingQueue<String>();
      try (var watch =
          client
              .configMaps()
              .inNamespace("default")
              .watch(
                  new Watcher<ConfigMap>() {
                    @Override
                    public void eventReceived(Action action, ConfigMap map) {
                      if (!map.getMetadata().getName().startsWith("kube-")) {
                        events.add(action + " " + map.getMetadata().getName());
                      }
                    }

                    @Override
                    public void onClose(WatcherException cause) {
                      events.add("closed " + cause.getMessage());
                    }
                  })) {
        client.resource(configMap("a")).create();
        assertThat(events.poll(60, TimeUnit.SECONDS)).isEqualTo("ADDED a");
        client
            .configMaps()
            .inNamespace("default")
            .withName("a")
            .edit(map -> new ConfigMapBuilder(map).addToData("b", "2").build());
        assertThat(events.poll(60, TimeUnit.SECONDS)).isEqualTo("MODIFIED a");
        client.configMaps().inNamespace("default").withName("a").delete();
        assertThat(events.poll(60, TimeUnit.SECONDS)).isEqualTo("DELETED a");
      }
      assertThat(client.namespaces().list().getItems())
          .extracting(each -> each.getMetadata().getName())
          .containsExactly("default", "kube-node-lease", "kube-public", "kube-system");
      client
          .resource(new NamespaceBuilder().withNewMetadata().withName("n").endMetadata().build())
          .create();
      client.namespaces().withName("n").delete();
      client
          .namespaces()
          .withName("n")
          .waitUntilCondition(each -> each == null, LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
  }

  @Test
  void informerOfFabric8FollowsTheServer() throws Exception {
    try (KubernetesClient client = client(Config.fromKubeconfig(start()))) {
      var names = new LinkedBlockingQueue<String>();
      client.resource(configMap("a")).create();
      try (var informer =
          client
              .configMaps()
              .inNamespace("default")
              .inform(
                  new ResourceEventHandler<ConfigMap>() {
                    @Override
                    public void onAdd(ConfigMap map) {
                      names.add("+" + map.getMetadata().getName());
                    }

                    @Override
                    public void onUpdate(ConfigMap before, ConfigMap after) {
                      names.add("~" + after.getMetadata().getName());
                    }

                    @Override
                    public void onDelete(ConfigMap map, boolean unknown) {
                      names.add("-" + map.getMetadata().getName());
                    }
                  })) {
        await(() -> names.contains("+a"));
        client.resource(configMap("b")).create();
        await(() -> names.contains("+b"));
        client.configMaps().inNamespace("default").withName("b").delete();
        await(() -> names.contains("-b"));
        assertThat(informer.hasSynced()).isTrue();
      }
    }
  }

  @Test
  void objectsInAFileOutliveTheProcess() throws Exception {
    String file = directory.resolve("objects.db").toString();
    String version;
    try (KubernetesClient client = client(Config.fromKubeconfig(start("--storage-file", file)))) {
      version = client.resource(configMap("a")).create().getMetadata().getResourceVersion();
    }
    stop();
    commands.clear();
    Files.delete(directory.resolve("kubeconfig0"));
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    try (KubernetesClient client = client(Config.fromKubeconfig(start("--storage-file", file)))) {
      ConfigMap again = client.configMaps().inNamespace("default").withName("a").get();
      assertThat(again.getMetadata().getResourceVersion()).isEqualTo(version);
      String later = client.resource(configMap("b")).create().getMetadata().getResourceVersion();
      assertThat(Long.parseLong(later)).isGreaterThan(Long.parseLong(version));
    }
  }

  @Test
  void filesSayWhoMayDoWhat() throws Exception {
    Path tokens = directory.resolve("tokens.csv");
    Files.writeString(tokens, "bobs-token,bob,1\n");
    Path policy = directory.resolve("policy.jsonl");
    Files.writeString(
        policy,
        "{\"apiVersion\":\"abac.authorization.kubernetes.io/v1beta1\",\"kind\":\"Policy\","
            + "\"spec\":{\"user\":\"bob\",\"namespace\":\"default\",\"resource\":\"configmaps\","
            + "\"apiGroup\":\"\",\"readonly\":true}}\n");
    Config config =
        Config.fromKubeconfig(
            start(
                "--token-auth-file",
                tokens.toString(),
                "--authorization-mode",
                "ABAC,RBAC",
                "--authorization-policy-file",
                policy.toString()));
    config.setOauthToken("bobs-token");
    config.setAutoOAuthToken("bobs-token");
    config.setAutoConfigure(false);
    try (KubernetesClient bob = client(config)) {
      assertThat(bob.configMaps().inNamespace("default").list().getItems()).isNotNull();
      assertThatThrownBy(() -> bob.resource(configMap("a")).create())
          .isInstanceOf(KubernetesClientException.class)
          .hasMessageContaining("User \"bob\" cannot create resource \"configmaps\"");
    }
  }

  @Test
  void issuerTellsWhoCalls() throws Exception {
    DevelopmentCertificates.writeTo(directory, List.of("localhost"), Clock.systemUTC());
    var tls = new TlsFiles(directory.resolve("tls.crt"), directory.resolve("tls.key"), List.of());
    ECKey key = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    try {
      String issuer = "https://localhost:" + server.getAddress().getPort();
      server.setHttpsConfigurator(new HttpsConfigurator(tls.load()));
      server.createContext(
          "/",
          exchange -> {
            String text =
                exchange.getRequestURI().getPath().equals("/keys")
                    ? new JWKSet(key).toString()
                    : "{\"issuer\":\"" + issuer + "\",\"jwks_uri\":\"" + issuer + "/keys\"}";
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
          });
      server.start();
      Config config =
          Config.fromKubeconfig(
              start(
                  "--oidc-issuer-url=" + issuer,
                  "--oidc-client-id=kube",
                  "--oidc-ca-file=" + directory.resolve("ca.crt"),
                  "--oidc-signing-algs=ES256",
                  "--oidc-groups-claim=groups",
                  "--oidc-groups-prefix=oidc:",
                  "--oidc-required-claim=hd=example.com"));
      var jws =
          new JWSObject(
              new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("k").build(),
              new Payload(
                  "{\"iss\":\""
                      + issuer
                      + "\",\"aud\":[\"kube\"],\"sub\":\"alice\",\"exp\":253402300799,"
                      + "\"groups\":[\"devs\"],\"hd\":\"example.com\"}"));
      jws.sign(new ECDSASigner(key));
      config.setOauthToken(jws.serialize());
      config.setAutoOAuthToken(jws.serialize());
      try (KubernetesClient alice = client(config)) {
        assertThat(
                alice
                    .resource(new SelfSubjectReviewBuilder().build())
                    .create()
                    .getStatus()
                    .getUserInfo())
            .satisfies(user -> assertThat(user.getUsername()).isEqualTo(issuer + "#alice"))
            .satisfies(
                user ->
                    assertThat(user.getGroups())
                        .containsExactly("oidc:devs", "system:authenticated"));
      }
    } finally {
      server.stop(0);
    }
  }

  /** More bindings than a page has. */
  @Test
  void clusterIsAskedWhoMay() throws Exception {
    String config = start();
    try (KubernetesClient client = client(Config.fromKubeconfig(config))) {
      for (int i = 0; i < 260; i++) {
        client
            .resource(
                new RoleBindingBuilder()
                    .withNewMetadata()
                    .withName("b-" + i)
                    .withNamespace("default")
                    .endMetadata()
                    .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "view")
                    .addNewSubject("rbac.authorization.k8s.io", "User", "user-" + i, null)
                    .build())
            .create();
      }
    }
    String kubeconfig = directory.resolve("kubeconfig0").toString();
    out.getBuffer().setLength(0);
    assertThat(access("who-can", "list", "configmaps", "-n", "default", "--kubeconfig", kubeconfig))
        .isZero();
    assertThat(out.toString())
        .contains("User \"user-0\" ")
        .contains("User \"user-259\" ")
        .contains("ServiceAccount \"kube-system/generic-garbage-collector\"");
    out.getBuffer().setLength(0);
    assertThat(
            access(
                "can-i",
                "list",
                "configmaps",
                "-n",
                "default",
                "--as",
                "user-7",
                "--kubeconfig",
                kubeconfig))
        .isZero();
    assertThat(out.toString())
        .startsWith(
            "yes\n  RoleBinding \"default/b-7\" of ClusterRole \"view\" to User \"user-7\"\n");
  }

  private int access(String... arguments) {
    return Usher.commandLine(arguments)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @Test
  void fileSaysWhereCallersWithoutACredentialMayCome() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("authn.yaml"),
            "{apiVersion: apiserver.config.k8s.io/v1, kind: AuthenticationConfiguration,"
                + " anonymous: {enabled: true, conditions: [{path: /version}]}}");
    Config config = Config.fromKubeconfig(start("--authentication-config=" + file));
    config.setOauthToken(null);
    config.setAutoOAuthToken(null);
    try (KubernetesClient nobody = client(config)) {
      assertThat(nobody.getKubernetesVersion()).isNotNull();
      assertThatThrownBy(() -> nobody.namespaces().list()).hasMessageContaining("Unauthorized");
    }
    assertThat(execute("--authentication-config=" + file, "--anonymous-auth"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--anonymous-auth: --authentication-config says that");
  }

  /** A client that has the CA knows it again after a restart. */
  @Test
  void certificateIsTheOneOfTheFile() throws Exception {
    DevelopmentCertificates.writeTo(directory, List.of("127.0.0.1"), Clock.systemUTC());
    Path certificate = directory.resolve("tls.crt");
    Config config =
        Config.fromKubeconfig(
            start(
                "--tls-cert-file",
                certificate.toString(),
                "--tls-private-key-file",
                directory.resolve("tls.key").toString()));
    assertThat(Base64.getDecoder().decode(config.getCaCertData()))
        .asString(StandardCharsets.US_ASCII)
        .isEqualTo(Files.readString(certificate));
    try (KubernetesClient administrator = client(config)) {
      assertThat(administrator.namespaces().withName("default").get()).isNotNull();
    }
    config.setCaCertData(null);
    config.setCaCertFile(directory.resolve("ca.crt").toString());
    try (KubernetesClient ofTheAuthority = client(config)) {
      assertThat(ofTheAuthority.namespaces().withName("default").get()).isNotNull();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--authorization-mode Foo | --authorization-mode Foo: write some of [AlwaysAllow,"
            + " AlwaysDeny, ABAC, RBAC, Webhook]",
        "--authorization-mode ABAC | --authorization-mode ABAC and --authorization-policy-file FILE"
            + " go together: give both or none",
        "--kubeconfig /dev/null | --kubeconfig /dev/null exists: name a new file",
        "--enable-admission-plugins Foo | admission plugin \"Foo\" is unknown: write some of",
        "--disable-admission-plugins LimitRanger,Bar | admission plugin \"Bar\" is unknown: write",
        "--token-auth-file /none | /none",
        "--tls-cert-file /none | --tls-cert-file FILE and --tls-private-key-file FILE go together",
        "--authorization-webhook-config-file /none | --authorization-mode Webhook and --authorization-webhook-config-file FILE",
        "--tls-cert-file /none --tls-private-key-file /none | /none",
        "--kubelet-client-key /none | --kubelet-client-certificate FILE and --kubelet-client-key FILE go together",
        "--kubelet-certificate-authority /none | /none",
        "--oidc-issuer-url https://a | --oidc-issuer-url URL and --oidc-client-id ID go together",
        "--oidc-issuer-url a --oidc-client-id k | --oidc-*: jwt[0].issuer.url: is no https URL",
        "--oidc-issuer-url https://a --oidc-client-id k --oidc-signing-algs HS256 | --oidc-*:"
            + " algorithms [HS256]: write some of [ES256,",
        "--authentication-config /none | /none",
        "--proxy-address localhost | --proxy-address \"localhost\" is no address: write 10.0.0.1 or 10.0.0.0/24",
      })
  void optionThatIsWrongIsNamed(String options, String problem) {
    assertThat(execute(options.split(" "))).isNotZero();
    assertThat(err.toString()).contains(problem);
    assertThat(out.toString()).isEmpty();
  }
}
