package io.usher.aggregated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.usher.admission.GroupVersionResource;
import io.usher.apiserver.admission.AdmissionChain;
import io.usher.apiserver.admission.AdmissionPlugins;
import io.usher.apiserver.admission.policy.MutatingPolicies;
import io.usher.apiserver.admission.policy.ParamSource;
import io.usher.apiserver.admission.policy.StoredParams;
import io.usher.apiserver.admission.policy.ValidatingPolicies;
import io.usher.apiserver.admission.webhook.HttpWebhookCaller;
import io.usher.apiserver.admission.webhook.HttpWebhookCaller.ServiceResolver;
import io.usher.apiserver.admission.webhook.MutatingWebhooks;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.Authenticator;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.authn.AuthenticatorChain;
import io.usher.apiserver.authn.FrontProxy;
import io.usher.apiserver.authn.TokenReviews;
import io.usher.apiserver.authz.AllowedPaths;
import io.usher.apiserver.authz.AuthorizerChain;
import io.usher.apiserver.authz.SubjectAccessReviews;
import io.usher.apiserver.review.ReviewCaller;
import io.usher.client.ClusterClient;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What kube-apiserver decides for a server behind it: who calls, whether he may, and what its
 * policies and webhooks admit.
 */
final class Delegation implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** Shorter than the time that policies have. */
  private static final Duration PARAMS_WAIT = Duration.ofSeconds(5);

  private static final int WEBHOOK_THREADS = 16;

  /** Open to all: a kubelet shows no credential. */
  private static final AllowedPaths OPEN = new AllowedPaths("/healthz", "/livez", "/readyz");

  private final ClusterClient client;
  private final FrontProxy frontProxy;
  private final List<AutoCloseable> watches = new ArrayList<>();
  private final ExecutorService webhookCalls =
      Executors.newFixedThreadPool(
          WEBHOOK_THREADS,
          task -> {
            var thread = new Thread(task, "webhook-call");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Reads what a server needs to know before it answers.
   *
   * @param kubeconfig null as for {@link ClusterClient#open}
   * @throws IllegalArgumentException when kube-apiserver says nothing of its aggregator, or so that
   *     any client could pass for it
   */
  Delegation(@Nullable Path kubeconfig) {
    client = ClusterClient.open(kubeconfig, TIMEOUT);
    try {
      frontProxy = followFrontProxy();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private FrontProxy followFrontProxy() {
    var said = new AtomicReference<JsonNode>(MissingNode.getInstance());
    var made = new AtomicReference<@Nullable FrontProxy>();
    watches.add(
        client.follow(
            new GroupVersionResource("", "v1", "configmaps"),
            FrontProxy.NAMESPACE,
            FrontProxy.NAME,
            change -> {
              said.set(change.object());
              FrontProxy proxy = made.get();
              if (proxy != null) {
                proxy.update(change.object());
              }
            }));
    var proxy = new FrontProxy(Objects.requireNonNull(said.get()));
    made.set(proxy);
    // What came between the two lines before.
    proxy.update(Objects.requireNonNull(said.get()));
    return proxy;
  }

  /**
   * The server's own, then headers of the aggregator, certificates, tokens; nobody but on the open
   * paths.
   */
  Authenticator authenticator(List<Authenticator> own) {
    ReviewCaller reviews =
        ReviewClient.of(
            client, "/apis/authentication.k8s.io/v1/tokenreviews", "TokenReview of the cluster");
    var all = new ArrayList<>(own);
    all.add(frontProxy);
    all.add(new TokenReviews(reviews, "v1", TokenReviews.DELEGATED_LIFE, System::nanoTime));
    AuthenticatorChain known = AuthenticatorChain.of(all);
    AuthenticatorChain anybody = known.withAnonymous();
    return request -> (OPEN.covers(request.path()) ? anybody : known).authenticate(request);
  }

  /** The open paths, then the server's own, then the cluster's decision. */
  Authorizer authorizer(List<Authorizer> own) {
    ReviewCaller reviews =
        ReviewClient.of(
            client,
            "/apis/authorization.k8s.io/v1/subjectaccessreviews",
            "SubjectAccessReview of the cluster");
    var all = new ArrayList<Authorizer>();
    all.add(OPEN);
    all.addAll(own);
    all.add(
        new SubjectAccessReviews(
            reviews, "v1", SubjectAccessReviews.Life.DELEGATED, System::nanoTime));
    return new AuthorizerChain(all);
  }

  /**
   * The server's own plugins among the cluster's namespaces, policies and webhooks, which are
   * followed from now on. Called once.
   *
   * @param store the server's own objects: they may be parameters of policies
   * @param services finds webhooks that are Services
   * @throws IllegalStateException when the cluster's can't be read
   */
  AdmissionPlugin admission(
      ObjectStore store, List<AdmissionPlugin> own, ServiceResolver services) {
    var objects = new RemoteObjects(client);
    watches.add(objects);
    var remote = new RemoteParams(client, objects::paramKinds, PARAMS_WAIT);
    watches.add(remote);
    Function<ResourceRegistry, ParamSource> params =
        types -> new StoredParams(store, types).or(remote);
    var caller = new HttpWebhookCaller(services);
    var plugins =
        new AdmissionPlugins(objects, caller, webhookCalls, new SecureRandom(), Clock.systemUTC());
    var all = new ArrayList<AdmissionPlugin>();
    all.add(plugins.named(List.of("NamespaceLifecycle")));
    all.addAll(own);
    all.add(new MutatingPolicies(objects, params));
    all.add(new MutatingWebhooks(objects, caller));
    all.add(new ValidatingPolicies(objects, params));
    all.add(plugins.named(List.of("ValidatingAdmissionWebhook")));
    return new AdmissionChain(all);
  }

  @Override
  public void close() {
    for (AutoCloseable watch : watches) {
      try {
        watch.close();
      } catch (Exception e) {
        throw new IllegalStateException("follow the cluster no longer", e);
      }
    }
    webhookCalls.shutdownNow();
    client.close();
  }
}
