package io.usher.aggregated;

import io.usher.apiserver.ApiServerConfig;
import io.usher.apiserver.admission.webhook.HttpWebhookCaller.ServiceResolver;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.Authenticator;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.ObjectStore;
import io.usher.http.ApiLimits;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What an {@link AggregatedApiServer} serves, and where. Not thread-safe. */
public final class AggregatedConfig {

  private InetSocketAddress address = new InetSocketAddress("0.0.0.0", 8443);
  private Path certificate = Path.of("/etc/usher/tls/tls.crt");
  private Path key = Path.of("/etc/usher/tls/tls.key");
  private @Nullable Path kubeconfig;
  private boolean readOnly;
  private Duration shutdownDelay = Duration.ZERO;
  private ApiLimits limits = ApiLimits.DEFAULT;
  private ServiceResolver services = ServiceResolver.CLUSTER;
  private Consumer<ApiServerConfig> library = config -> {};
  private Function<ObjectStore, List<AdmissionPlugin>> admission = objects -> List.of();

  private final List<Authenticator> authenticators = new ArrayList<>();
  private final List<Authorizer> authorizers = new ArrayList<>();

  AggregatedConfig() {}

  /** Where it listens, port 0 for any; {@code 0.0.0.0:8443} until told otherwise. */
  public AggregatedConfig address(InetSocketAddress other) {
    address = other;
    return this;
  }

  /**
   * Its certificate, for the DNS name {@code SERVICE.NAMESPACE.svc}; read again when it changes.
   * {@code /etc/usher/tls/tls.crt} and {@code tls.key} until told otherwise.
   *
   * @param chain PEM, its own first
   * @param privateKey PEM
   */
  public AggregatedConfig certificate(Path chain, Path privateKey) {
    certificate = chain;
    key = privateKey;
    return this;
  }

  /**
   * How it reaches kube-apiserver; by {@code KUBECONFIG}, else as the Pod's ServiceAccount, until
   * told otherwise.
   */
  public AggregatedConfig kubeconfig(Path file) {
    kubeconfig = file;
    return this;
  }

  /** Nothing is ever written: it reads no namespaces, policies and webhooks of the cluster. */
  public AggregatedConfig readOnly() {
    readOnly = true;
    return this;
  }

  /** What it bears from its clients; that of a process of its own until told otherwise. */
  public AggregatedConfig limits(ApiLimits other) {
    limits = other;
    return this;
  }

  /**
   * How long it goes on when it is closed, and sends its clients to other replicas meanwhile: as
   * long as it takes until its Service leads nobody here any more. Not at all until told otherwise.
   */
  public AggregatedConfig shutdownDelay(Duration other) {
    shutdownDelay = other;
    return this;
  }

  /** Where the Services of the cluster's webhooks are; by DNS until told otherwise. */
  public AggregatedConfig services(ServiceResolver other) {
    services = other;
    return this;
  }

  /**
   * Its types and storage. Who calls, whether he may, and what is admitted is kube-apiserver's:
   * what this says of it has no effect.
   */
  public AggregatedConfig library(Consumer<ApiServerConfig> configure) {
    library = library.andThen(configure);
    return this;
  }

  /**
   * Plugins of its own, which run before the cluster's policies and webhooks; they see this
   * server's objects.
   */
  public AggregatedConfig admission(Function<ObjectStore, List<AdmissionPlugin>> plugins) {
    admission = plugins;
    return this;
  }

  /** Knows callers whom kube-apiserver does not, and is asked before it. */
  public AggregatedConfig authenticator(Authenticator own) {
    authenticators.add(own);
    return this;
  }

  /** Decides before kube-apiserver is asked. */
  public AggregatedConfig authorizer(Authorizer own) {
    authorizers.add(own);
    return this;
  }

  InetSocketAddress address() {
    return address;
  }

  Path certificate() {
    return certificate;
  }

  Path key() {
    return key;
  }

  @Nullable Path kubeconfig() {
    return kubeconfig;
  }

  boolean isReadOnly() {
    return readOnly;
  }

  Duration shutdownDelay() {
    return shutdownDelay;
  }

  ApiLimits limits() {
    return limits;
  }

  ServiceResolver services() {
    return services;
  }

  Consumer<ApiServerConfig> library() {
    return library;
  }

  List<Authenticator> authenticators() {
    return List.copyOf(authenticators);
  }

  List<Authorizer> authorizers() {
    return List.copyOf(authorizers);
  }

  Function<ObjectStore, List<AdmissionPlugin>> admission() {
    return admission;
  }
}
