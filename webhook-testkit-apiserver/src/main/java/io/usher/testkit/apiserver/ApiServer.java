package io.usher.testkit.apiserver;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.usher.admission.UserInfo;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A Kubernetes API server of this JVM, as one test sees it: its namespace, its clients, its faults.
 * They go with it. Thread-safe.
 *
 * <p>A fault happens to requests of this object's clients alone, and to those that bear the token
 * of its kubeconfig; tests that share a server don't meet each other's.
 */
public final class ApiServer implements AutoCloseable {

  private final RunningServer server;
  private final String namespace;
  private final Consumer<ApiServer> end;
  private final List<Fault> faults = new CopyOnWriteArrayList<>();
  private final String token;

  /** Guarded by this object, as is {@link #client}. */
  private final List<KubernetesClient> clients = new ArrayList<>();

  private @Nullable KubernetesClient client;

  private volatile boolean refusing;

  private ApiServer(RunningServer server, String namespace, Consumer<ApiServer> end) {
    this.server = server;
    this.namespace = namespace;
    this.end = end;
    token = server.credentials().issue(RunningServer.ADMINISTRATOR, faults);
  }

  /**
   * A server that listens on a free port of 127.0.0.1; close it to end it.
   *
   * @param configure says what it has beside Kubernetes' own kinds
   * @throws RuntimeException when a rule or manifest can't be used; the message names it
   */
  public static ApiServer start(Consumer<ServerOptions> configure) {
    var options = new ServerOptions();
    configure.accept(options);
    return owning(RunningServer.start(options, Isolation.NONE));
  }

  /** A view that ends the server. */
  static ApiServer owning(RunningServer server) {
    return new ApiServer(server, RunningServer.DEFAULT_NAMESPACE, view -> server.close());
  }

  /** A view of a server that others use, too. */
  static ApiServer of(RunningServer server) {
    return new ApiServer(server, RunningServer.DEFAULT_NAMESPACE, ApiServer::acceptAgain);
  }

  /** The same, with a namespace of its own. */
  static ApiServer inNewNamespace(RunningServer server) {
    String namespace = server.createNamespace();
    return new ApiServer(
        server,
        namespace,
        view -> {
          server.deleteNamespace(namespace);
          view.acceptAgain();
        });
  }

  /** {@code https://127.0.0.1:PORT}. */
  public String url() {
    return server.https().url();
  }

  /** The test's own namespace, which its clients use by default. */
  public String namespace() {
    return namespace;
  }

  /** A client of the administrator, who may do everything. Always the same; closed with this. */
  public synchronized KubernetesClient client() {
    if (client == null) {
      client = client(token);
    }
    return client;
  }

  /** A client of a user, who may do what RBAC's roles allow him; closed with this. */
  public KubernetesClient clientOf(String user, String... groups) {
    var all = new ArrayList<>(List.of(groups));
    all.add("system:authenticated");
    return client(
        server.credentials().issue(UserInfo.of(user, all.toArray(String[]::new)), faults));
  }

  private synchronized KubernetesClient client(String anyToken) {
    KubernetesClient made = new KubernetesClientBuilder().withConfig(config(anyToken)).build();
    clients.add(made);
    return made;
  }

  /** How the administrator's clients are configured, to be changed and given to others. */
  public Config clientConfig() {
    return config(token);
  }

  private Config config(String anyToken) {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl(url())
        .withCaCertData(bundle())
        .withOauthToken(anyToken)
        .withNamespace(namespace)
        .build();
  }

  private static String bundle() {
    return Base64.getEncoder()
        .encodeToString(
            ServingCertificate.ofThisJvm().authority().getBytes(StandardCharsets.US_ASCII));
  }

  /** A kubeconfig of the administrator, for kubectl and other clients. */
  public String kubeconfig() {
    return server.https().kubeconfig("usher", token, namespace);
  }

  /** Serves this custom resource, or other model of fabric8, from now on. */
  public ApiServer register(Class<? extends HasMetadata> model) {
    server.register(model);
    return this;
  }

  /**
   * Makes the objects of this YAML, one after another; of one that is there it changes what the
   * YAML says. Objects that name no namespace are made in the test's, CustomResourceDefinitions
   * before all others.
   *
   * @throws IllegalArgumentException naming the document that the server refuses, and why
   */
  public ApiServer apply(String yaml) {
    return apply(new Manifest("the given YAML", yaml));
  }

  /**
   * Does the same with a YAML file.
   *
   * @param beside a class that the file is beside; a name with a leading slash is looked for from
   *     the root of the class path
   */
  public ApiServer apply(Class<?> beside, String name) {
    return apply(Manifest.ofResource(beside, name));
  }

  /** Expects a policy or a webhook to deny the creation of one of the objects of this YAML. */
  public String expectDenied(DeniedBy by, String yaml) {
    return expectDenied(by, Write.create(yaml));
  }

  /**
   * Sends a write as dry runs, and holds the server to denying the first that it refuses by a
   * policy or a webhook of the test's.
   *
   * @return what the client is told
   * @throws AssertionError when all is admitted, or when somebody else refuses it
   * @throws IllegalArgumentException when an object that the write is to find can't be there, or is
   *     there already
   */
  public String expectDenied(DeniedBy by, Write write) {
    String refusal = server.dryRun(write, namespace).refusal();
    if (refusal.isEmpty()) {
      throw new AssertionError(by + " was expected to deny it, and it is admitted");
    }
    if (!by.says(refusal)) {
      throw new AssertionError(by + " was expected to deny it, and it is refused: " + refusal);
    }
    return refusal;
  }

  /** Expects a policy to warn of the creation of one of the objects of this YAML. */
  public String expectWarned(DeniedBy by, String yaml) {
    return expectWarned(by, Write.create(yaml));
  }

  /**
   * Sends a write as dry runs, and holds the server to admitting it with a policy's warning.
   *
   * @param by a policy; what a webhook warns of does not tell which one did
   * @return the policy's first warning
   * @throws AssertionError when it is refused, or when the policy does not warn
   * @throws IllegalArgumentException as {@link #expectDenied}; or for a webhook
   */
  public String expectWarned(DeniedBy by, Write write) {
    if (by.isAnonymousInWarnings()) {
      throw new IllegalArgumentException(
          by + ": warnings of webhooks don't tell whose they are; name a policy");
    }
    List<String> warnings = admitted(write);
    return warnings.stream()
        .filter(by::warns)
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    by + " was expected to warn, and the warnings are: " + warnings));
  }

  /** Expects the creation of each object of this YAML to be admitted. */
  public void expectAdmitted(String yaml) {
    expectAdmitted(Write.create(yaml));
  }

  /**
   * Sends a write as dry runs.
   *
   * @throws AssertionError when one is refused
   * @throws IllegalArgumentException as {@link #expectDenied}
   */
  public void expectAdmitted(Write write) {
    admitted(write);
  }

  /** The warnings that come with it. */
  private List<String> admitted(Write write) {
    RunningServer.Outcome outcome = server.dryRun(write, namespace);
    if (!outcome.refusal().isEmpty()) {
      throw new AssertionError(
          "it was expected to be admitted, and it is refused: " + outcome.refusal());
    }
    return outcome.warnings();
  }

  private ApiServer apply(Manifest manifest) {
    server.apply(manifest.documents(), namespace);
    return this;
  }

  /**
   * Begins a fault of certain requests.
   *
   * @param verb {@code get}, {@code list}, {@code watch}, {@code create}, {@code update}, {@code
   *     patch}, {@code delete}, {@code deletecollection}, or {@code *} for any
   * @param resource the plural, {@code pods}; with its subresource, {@code pods/status}; or {@code
   *     *} for any
   */
  public RequestFaults on(String verb, String resource) {
    return new RequestFaults(RequestFaults.matching(verb, resource), faults::add);
  }

  /** Lifts every fault. */
  public void liftFaults() {
    faults.forEach(Fault::close);
    faults.clear();
  }

  /**
   * Ends the open watches of a resource, whoever watches, as the server does when their time is up.
   *
   * @param resource the plural, {@code pods}, or {@code *} for all
   */
  public void endWatches(String resource) {
    server.endWatches(resource);
  }

  /**
   * Drops the history of all changes so far: whoever resumes a watch, and has missed one of them,
   * gets 410. Open watches go on.
   */
  public void compactHistory() {
    server.compactHistory();
  }

  /**
   * Closes the server's port and every connection, whose ever it is, until {@link
   * #acceptConnections} or the end of the test: clients are refused.
   */
  public void refuseConnections() {
    refusing = true;
    server.https().refuseConnections();
  }

  /** Listens again, on the same port. */
  public void acceptConnections() {
    refusing = false;
    server.https().acceptConnections();
  }

  /** The next test finds a server that listens. */
  private void acceptAgain() {
    if (refusing) {
      acceptConnections();
    }
  }

  /**
   * Lifts the faults, closes the clients, takes back their tokens and gives up the namespace; or
   * ends a started server.
   */
  @Override
  public void close() {
    liftFaults();
    synchronized (this) {
      clients.forEach(KubernetesClient::close);
      clients.clear();
    }
    server.credentials().revoke(faults);
    end.accept(this);
  }
}
