package io.usher.cli.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.UserInfo;
import io.usher.apiserver.admission.AdmissionChain;
import io.usher.apiserver.admission.AdmissionPlugins;
import io.usher.apiserver.admission.webhook.MutatingWebhooks;
import io.usher.apiserver.admission.webhook.ValidatingWebhooks;
import io.usher.apiserver.admission.webhook.WebhookCaller;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.authz.AlwaysAllow;
import io.usher.apiserver.embedded.EmbeddedApiServer;
import io.usher.manifest.Installation;
import io.usher.manifest.Manifests;
import io.usher.rule.Phase;
import io.usher.webhook.WebhookRegistration;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends manifests to an embedded API server of this process, whose webhooks are the rules', and
 * tells what came of each. The server has no controllers, so that nothing happens between two
 * objects, and admits by these plugins alone: NamespaceLifecycle, LimitRanger, the policies among
 * the manifests and the webhooks in their order, ResourceQuota.
 *
 * <p>Not thread-safe.
 */
public final class LocalApiServer {

  /** What a client is to an API server that was asked for nothing. */
  public static final UserInfo DEFAULT_USER =
      UserInfo.of("kubernetes-admin", "kubeadm:cluster-admins", "system:authenticated");

  /** Where the server of the webhooks would be in a cluster. */
  static final Installation INSTALLATION =
      new Installation("usher-review", "usher-review", "usher-review");

  private final List<WebhookRegistration> webhooks;
  private final List<ObjectNode> configurations;
  private final WebhookCaller caller;
  private final Consumer<ObjectStore> reader;
  private final RuleRecorder recorder;
  private final Map<String, WebhookRegistration> byPath = new HashMap<>();
  private @Nullable ObjectReview current;

  /**
   * A server that calls these webhooks.
   *
   * @param webhooks in the order between webhooks
   * @param caller calls them, in this process
   * @param reader gets the server's objects before a webhook is called: what their rules read
   * @param recorder what the webhooks tell of their rules
   */
  public LocalApiServer(
      List<WebhookRegistration> webhooks,
      WebhookCaller caller,
      Consumer<ObjectStore> reader,
      RuleRecorder recorder) {
    this.webhooks = List.copyOf(webhooks);
    this.configurations = Manifests.registration(INSTALLATION, webhooks);
    this.caller = caller;
    this.reader = reader;
    this.recorder = recorder;
    for (WebhookRegistration webhook : webhooks) {
      for (Phase phase : Phase.values()) {
        byPath.put(webhook.path(phase), webhook);
      }
    }
  }

  /**
   * Sends these manifests, in this order.
   *
   * @param namespace where namespaced objects go that name none
   * @throws ManifestException when one can't be sent
   */
  public List<Admission> apply(
      List<ManifestDocument> documents, String namespace, UserInfo user, boolean dryRun) {
    var policies = new ReviewedPolicies(ReviewedPolicies.among(documents), this::current);
    try (EmbeddedApiServer server = start(user, policies)) {
      ResourceRegistry types = server.server().resources();
      var versions = new Versions(types);
      // Objects that were there before are converted, too, before the first one is sent.
      begin(null, versions);
      new CustomTypes(types, webhooks, (webhook, review) -> current().convert(webhook, review))
          .register(documents);
      return new ManifestRun(
              server.server(),
              versions,
              namespace,
              user,
              dryRun,
              written -> begin(written, versions))
          .send(documents);
    }
  }

  private EmbeddedApiServer start(UserInfo user, ReviewedPolicies policies) {
    return EmbeddedApiServer.create(
        config ->
            config
                .controllers(false)
                .defaultRoles(false)
                .authenticator(request -> user)
                .authorizers(rbac -> List.of(new AlwaysAllow()))
                .admission(objects -> List.of(admission(objects, policies))));
  }

  /** All on the thread of the request, so that calls come one after another. */
  private AdmissionPlugin admission(ObjectStore objects, ReviewedPolicies policies) {
    reader.accept(objects);
    WebhookCaller calls = (webhook, review) -> current().call(webhook, review);
    var plugins =
        new AdmissionPlugins(objects, calls, Runnable::run, new Random(), Clock.systemUTC());
    try {
      var chain = new ArrayList<AdmissionPlugin>();
      chain.add(plugins.named(List.of("NamespaceLifecycle", "LimitRanger")));
      chain.addAll(policies.mutating(objects));
      chain.add(new MutatingWebhooks(objects, calls, configurations));
      chain.add(policies.validating(objects));
      chain.add(new ValidatingWebhooks(objects, calls, Runnable::run, configurations));
      chain.add(plugins.named(List.of("ResourceQuota")));
      chain.add(new Last());
      return new AdmissionChain(chain);
    } catch (IllegalArgumentException e) {
      throw new ManifestException("no API server would register these rules: " + e.getMessage());
    }
  }

  /** Sees what no plugin refused. */
  private final class Last implements AdmissionPlugin {

    @Override
    public String name() {
      return "Last";
    }

    @Override
    public void validate(AdmissionAttributes attributes) {
      current().admit();
    }
  }

  private ObjectReview current() {
    return Objects.requireNonNull(current);
  }

  private ObjectReview begin(@Nullable ObjectNode written, Versions versions) {
    current = new ObjectReview(caller, byPath, recorder, versions, written);
    return current;
  }
}
