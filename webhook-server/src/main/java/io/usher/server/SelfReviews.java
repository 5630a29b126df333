package io.usher.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.GroupVersionKind;
import io.usher.admission.GroupVersionResource;
import io.usher.admission.Operation;
import io.usher.admission.UserInfo;
import io.usher.engine.ClusterViews;
import io.usher.engine.Deadline;
import io.usher.engine.Review;
import io.usher.engine.ReviewAnswer;
import io.usher.engine.ReviewExecutor;
import io.usher.engine.ReviewLimits;
import io.usher.engine.admission.AdmissionHandler;
import io.usher.engine.admission.ReviewBody;
import io.usher.observe.ReviewObserver;
import io.usher.rule.Phase;
import io.usher.rule.ResourceMatch;
import io.usher.rule.RuleDefinition;
import io.usher.rulejar.GuardedRules;
import io.usher.webhook.WebhookRegistration;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Reviews that the server gives itself before it is ready, so that the classes are loaded and the
 * code is compiled when the API server's first review comes.
 *
 * <p>They are dry runs of an object with little but a name: what rules make of it is not looked at,
 * neither counted nor logged. Rules whose filters don't let it through, and rules that opt out, are
 * not called.
 */
final class SelfReviews {

  /** No further review is begun then: a rule that takes its time must not keep the process. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /**
   * As long as the API server ever waits. A rule whose classes a busy machine is slow to load is
   * not to be taken for one that hangs.
   */
  private static final Duration EACH = Duration.ofSeconds(30);

  /** One after another; as a rule may hang at once, its thread is the only one. */
  private static final ReviewExecutor.Settings BOUNDS = new ReviewExecutor.Settings(1, 1, 1, 1);

  /** Rules that are for other names or namespaces are not called. */
  private static final String NAME = "usher-self-review";

  private static final String NAMESPACE = "default";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final List<WebhookRegistration> webhooks;
  private final ReviewLimits limits;
  private final ClusterViews views;

  SelfReviews(List<WebhookRegistration> webhooks, ReviewLimits limits, ClusterViews views) {
    this.webhooks = webhooks;
    this.limits = limits;
    this.views = views;
  }

  /** Gives each path so many, its rules in turn, and returns when they are answered. */
  void run(int count) {
    var patience = Deadline.after(PATIENCE);
    // One of its own, as the server's tells the metrics and the log what it does.
    try (var executor = new ReviewExecutor(BOUNDS, ReviewObserver.NONE)) {
      for (var webhook : webhooks) {
        for (var phase : Phase.values()) {
          if (webhook.has(phase)) {
            run(webhook, phase, count, patience, executor);
          }
        }
      }
    }
  }

  private void run(
      WebhookRegistration webhook,
      Phase phase,
      int count,
      Deadline patience,
      ReviewExecutor executor) {
    var handler = AdmissionHandler.ofSelfReviews(webhook, phase, limits, new GuardedRules(), views);
    List<byte[]> bodies = webhook.rules(phase).stream().map(SelfReviews::review).toList();
    for (int i = 0; i < count && !patience.passed(); i++) {
      byte[] body = bodies.get(i % bodies.size());
      var answer = new CompletableFuture<ReviewAnswer>();
      executor.submit(
          Review.uncounted(handler, webhook.path(phase), body, Deadline.after(EACH)),
          answer::complete);
      answer.join();
    }
  }

  private static byte[] review(RuleDefinition rule) {
    Operation operation = rule.match().operations().iterator().next();
    ResourceMatch matched = rule.match().resources().get(0);
    String group = word(matched.group(), "");
    String version = word(matched.version(), "v1");
    String name = rule.objectType() == null ? "Object" : rule.objectType().getSimpleName();
    var kind = new GroupVersionKind(group, version, name);
    var resource = new GroupVersionResource(group, version, word(matched.resource(), "configmaps"));
    String subresource = word(matched.subresource(), "");
    ObjectNode object = object(group.isEmpty() ? version : group + "/" + version, name);
    boolean old = operation == Operation.UPDATE || operation == Operation.DELETE;
    var request =
        new AdmissionRequest(
            "00000000-0000-0000-0000-000000000000",
            kind,
            resource,
            subresource,
            kind,
            resource,
            subresource,
            NAME,
            NAMESPACE,
            operation,
            UserInfo.of("system:usher"),
            true,
            operation == Operation.DELETE ? null : object,
            old ? object : null,
            null);
    return ReviewBody.of(request).toString().getBytes(StandardCharsets.UTF_8);
  }

  private static ObjectNode object(String apiVersion, String kind) {
    var object = JSON.objectNode().put("apiVersion", apiVersion).put("kind", kind);
    object.putObject("metadata").put("name", NAME).put("namespace", NAMESPACE);
    return object.set("spec", spec().set("template", JSON.objectNode().set("spec", spec())));
  }

  /** What most rules look at, in a Pod or in what makes Pods. */
  private static ObjectNode spec() {
    var spec = JSON.objectNode();
    spec.putArray("containers").addObject().put("name", "usher").put("image", "usher:1");
    return spec;
  }

  /** A word that a pattern matches. */
  private static String word(String pattern, String any) {
    return pattern.replace("*", any);
  }
}
