package io.usher.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.engine.Deadline;
import io.usher.engine.Review;
import io.usher.engine.ReviewAnswer;
import io.usher.engine.ReviewExecutor;
import io.usher.engine.ReviewLimits;
import io.usher.engine.admission.AdmissionHandler;
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

  SelfReviews(List<WebhookRegistration> webhooks, ReviewLimits limits) {
    this.webhooks = webhooks;
    this.limits = limits;
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
    var handler = AdmissionHandler.ofSelfReviews(webhook, phase, limits, new GuardedRules());
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
    var operation = rule.match().operations().iterator().next();
    var resource = rule.match().resources().get(0);
    String kind = rule.objectType() == null ? "Object" : rule.objectType().getSimpleName();
    var request = JSON.objectNode();
    request.put("uid", "00000000-0000-0000-0000-000000000000");
    request.set("kind", type(resource, "kind", kind));
    request.set("resource", type(resource, "resource", word(resource.resource(), "configmaps")));
    request.put("subResource", word(resource.subresource(), ""));
    request.put("name", NAME).put("namespace", NAMESPACE).put("operation", operation.name());
    request.putObject("userInfo").put("username", "system:usher");
    request.put("dryRun", true);
    var object = JSON.objectNode().put("apiVersion", version(resource)).put("kind", kind);
    object.putObject("metadata").put("name", NAME).put("namespace", NAMESPACE);
    object.set("spec", spec().set("template", JSON.objectNode().set("spec", spec())));
    request.set("object", operation == Operation.DELETE ? JSON.nullNode() : object);
    boolean old = operation == Operation.UPDATE || operation == Operation.DELETE;
    request.set("oldObject", old ? object : JSON.nullNode());
    request.set("options", JSON.nullNode());
    var review = JSON.objectNode().put("apiVersion", "admission.k8s.io/v1");
    review.put("kind", "AdmissionReview").set("request", request);
    return review.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** What most rules look at, in a Pod or in what makes Pods. */
  private static ObjectNode spec() {
    var spec = JSON.objectNode();
    spec.putArray("containers").addObject().put("name", "usher").put("image", "usher:1");
    return spec;
  }

  private static ObjectNode type(ResourceMatch resource, String key, String value) {
    return JSON.objectNode()
        .put("group", word(resource.group(), ""))
        .put("version", word(resource.version(), "v1"))
        .put(key, value);
  }

  private static String version(ResourceMatch resource) {
    String version = word(resource.version(), "v1");
    String group = word(resource.group(), "");
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** A word that a pattern matches. */
  private static String word(String pattern, String any) {
    return pattern.replace("*", any);
  }
}
