package io.usher.apiserver.embedded;

import io.usher.apiserver.ApiServerConfig;
import io.usher.apiserver.admission.webhook.HttpWebhookCaller;
import io.usher.apiserver.admission.webhook.HttpWebhookCaller.ServiceResolver;
import io.usher.apiserver.admission.webhook.WebhookCaller;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.ApiRequest;
import io.usher.apiserver.api.Authenticator;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.authn.AuthenticatorChain;
import io.usher.apiserver.authz.RbacAuthorizer;
import io.usher.apiserver.proxy.AddressRules;
import io.usher.apiserver.proxy.KubeletAccess;
import io.usher.apiserver.proxy.Proxies;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** Who may do what at an {@link EmbeddedApiServer}, and what else differs. Not thread-safe. */
public final class EmbeddedConfig {

  private final List<Authenticator> authenticators = new ArrayList<>();
  private Predicate<ApiRequest> anonymous = request -> false;
  private Function<RbacAuthorizer, List<Authorizer>> authorizers = List::of;
  private Function<ObjectStore, List<AdmissionPlugin>> admission = objects -> List.of();
  private Consumer<ApiServerConfig> library = config -> {};
  private String authority = "";
  private boolean controllers = true;
  private boolean defaultRoles = true;
  private WebhookCaller conversionWebhooks = new HttpWebhookCaller(ServiceResolver.CLUSTER);
  private Proxies proxies =
      new Proxies(KubeletAccess.anonymous(), AddressRules.except(List.of()), new SecureRandom());
  private Clock clock = Clock.systemUTC();

  EmbeddedConfig() {}

  /** Tells who calls, after those that were given before; nobody is known without any. */
  public EmbeddedConfig authenticator(Authenticator another) {
    authenticators.add(another);
    return this;
  }

  /** Whether a caller who shows no credential is {@code system:anonymous}; not by default. */
  public EmbeddedConfig anonymous(boolean allowed) {
    return anonymous(request -> allowed);
  }

  /** The same for some requests alone. */
  public EmbeddedConfig anonymous(Predicate<ApiRequest> requests) {
    anonymous = requests;
    return this;
  }

  /** The authorizers in their order; RBAC alone until told otherwise. */
  public EmbeddedConfig authorizers(Function<RbacAuthorizer, List<Authorizer>> others) {
    authorizers = others;
    return this;
  }

  /** The admission plugins in their order, before the check of RBAC's escalation. */
  public EmbeddedConfig admission(Function<ObjectStore, List<AdmissionPlugin>> plugins) {
    admission = plugins;
    return this;
  }

  /** What else is configured of the library: storage, audit, more types. */
  public EmbeddedConfig library(Consumer<ApiServerConfig> configure) {
    library = library.andThen(configure);
    return this;
  }

  /** PEM of the CA that clients should trust, for ConfigMap {@code kube-root-ca.crt}. */
  public EmbeddedConfig authority(String pem) {
    authority = pem;
    return this;
  }

  /**
   * Whether the controllers run. Without them nothing happens behind a client's back: a namespace
   * gets no ServiceAccount and stays in deletion, and what has lost its owner stays.
   */
  public EmbeddedConfig controllers(boolean run) {
    controllers = run;
    return this;
  }

  /**
   * Whether RBAC's default roles and bindings are there; who does not ask RBAC may leave them out.
   */
  public EmbeddedConfig defaultRoles(boolean created) {
    defaultRoles = created;
    return this;
  }

  /**
   * Calls the webhooks that convert custom resources between versions; those of Services by their
   * names in a cluster until told otherwise.
   */
  public EmbeddedConfig conversionWebhooks(WebhookCaller caller) {
    conversionWebhooks = caller;
    return this;
  }

  /** Passes requests on to nodes, Pods and Services: without certificates until told otherwise. */
  public EmbeddedConfig proxies(Proxies other) {
    proxies = other;
    return this;
  }

  /** The time that objects are stamped with. */
  public EmbeddedConfig clock(Clock other) {
    clock = other;
    return this;
  }

  Authenticator authenticator() {
    return knownCallers().withAnonymous(anonymous);
  }

  /** The same without anybody who is anonymous. */
  AuthenticatorChain knownCallers() {
    return AuthenticatorChain.of(authenticators);
  }

  Function<RbacAuthorizer, List<Authorizer>> authorizers() {
    return authorizers;
  }

  Function<ObjectStore, List<AdmissionPlugin>> admission() {
    return admission;
  }

  Consumer<ApiServerConfig> library() {
    return library;
  }

  String authority() {
    return authority;
  }

  boolean controllers() {
    return controllers;
  }

  boolean defaultRoles() {
    return defaultRoles;
  }

  Proxies proxies() {
    return proxies;
  }

  WebhookCaller conversionWebhooks() {
    return conversionWebhooks;
  }

  Clock clock() {
    return clock;
  }
}
