package io.usher.apiserver.admission.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.admission.match.Reinvocation;
import io.usher.apiserver.admission.match.WriteMatcher;
import io.usher.apiserver.admission.webhook.ReviewCall.Answer;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.GoText;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.Status;
import io.usher.patch.PatchException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Plugin {@code MutatingAdmissionWebhook}: calls the webhooks of MutatingWebhookConfigurations one
 * after another, in the order of the configurations' names, each with the object as the earlier
 * ones left it.
 */
public final class MutatingWebhooks implements AdmissionPlugin, AutoCloseable {

  /** As much as kube-apiserver lets the copies of a patch add. */
  private static final long MAX_COPIED = 3 << 20;

  private static final String KIND = "MutatingWebhookConfiguration";
  private static final String MUTATION = "mutation.webhook.admission.k8s.io/";
  private static final String FAILED_OPEN = "failed-open." + MUTATION;

  private final WebhookConfigurations configurations;
  private final WebhookMatcher matcher;
  private final ReviewCall calls;

  /** Follows the store's configurations from now on. */
  public MutatingWebhooks(ObjectStore store, WebhookCaller caller) {
    this(
        WriteMatcher.namespacesOf(store),
        caller,
        new WebhookConfigurations(store, "mutatingwebhookconfigurations"));
  }

  /**
   * Calls the webhooks of these configurations, in their order, and of none that the store has.
   *
   * @param configured other kinds of configurations are left out
   * @throws IllegalArgumentException when an entry can't be evaluated
   */
  public MutatingWebhooks(ObjectStore store, WebhookCaller caller, List<ObjectNode> configured) {
    this(
        WriteMatcher.namespacesOf(store),
        caller,
        WebhookConfigurations.fixed(configured, KIND, ConditionCompiler.OF_SERVER));
  }

  /**
   * Calls the webhooks of these configurations, in their order, for objects of another server,
   * whose authorizer their conditions can't ask.
   *
   * @param namespaces that server's Namespaces by name; null where there is none
   * @param configured other kinds of configurations are left out
   * @throws IllegalArgumentException when an entry can't be evaluated
   */
  public MutatingWebhooks(
      Function<String, @Nullable ObjectNode> namespaces,
      WebhookCaller caller,
      List<ObjectNode> configured) {
    this(
        namespaces,
        caller,
        WebhookConfigurations.fixed(configured, KIND, ConditionCompiler.WITHOUT_AUTHORIZER));
  }

  private MutatingWebhooks(
      Function<String, @Nullable ObjectNode> namespaces,
      WebhookCaller caller,
      WebhookConfigurations configurations) {
    this.configurations = configurations;
    matcher = new WebhookMatcher(namespaces);
    calls = new ReviewCall(caller);
  }

  @Override
  public String name() {
    return "MutatingAdmissionWebhook";
  }

  @Override
  public void join(Authorizer authorizer, ResourceRegistry types) {
    matcher.join(authorizer, types);
  }

  /** Both rounds at once, for a chain of this plugin alone. */
  @Override
  public void admit(AdmissionAttributes attributes) {
    var reinvocation = new Reinvocation();
    admit(attributes, reinvocation);
    if (reinvocation.isNeeded()) {
      reinvocation.begin();
      admit(attributes, reinvocation);
    }
  }

  /** One round; the plugins between two of them may change the object as well. */
  public void admit(AdmissionAttributes attributes, Reinvocation reinvocation) {
    if (ConfigurationChecks.isExempt(attributes)) {
      return;
    }
    reinvocation.compare(attributes.object());
    List<Webhook> webhooks = configurations.webhooks();
    for (int i = 0; i < webhooks.size(); i++) {
      Webhook webhook = webhooks.get(i);
      Invocation invocation = matcher.match(webhook, attributes);
      if (invocation != null && reinvocation.isCalled(webhook.key())) {
        call(
            invocation,
            reinvocation,
            (reinvocation.isSecondRound() ? "round_1" : "round_0") + "_index_" + i);
      }
    }
    reinvocation.roundIsDone(attributes.object());
  }

  @Override
  public void validate(AdmissionAttributes attributes) {
    ConfigurationChecks.check(attributes, KIND);
  }

  private void call(Invocation invocation, Reinvocation reinvocation, String round) {
    Webhook webhook = invocation.webhook();
    AdmissionAttributes attributes = invocation.attributes();
    boolean changed = false;
    Status refusal;
    try {
      Answer answer = calls.call(invocation, true);
      Answers.note(answer, attributes);
      refusal = answer.refusal();
      changed = refusal == null && patch(invocation, answer);
    } catch (WebhookCallException e) {
      refusal = Answers.failure(webhook, e, attributes, FAILED_OPEN + round);
    }
    attributes.annotateAudit(MUTATION + round, mutation(webhook, changed));
    if (refusal != null) {
      throw new ApiException(refusal);
    }
    reinvocation.wasCalled(webhook.key(), changed, webhook.reinvoked());
  }

  private static boolean patch(Invocation invocation, Answer answer) {
    if (answer.patch().isEmpty()) {
      return false;
    }
    JsonNode before = invocation.write().object();
    if (!before.isObject()) {
      throw new ApiException(
          Status.internalError(
              "admission webhook "
                  + GoText.quote(invocation.webhook().name())
                  + " attempted to modify the object, which is not supported for this operation"));
    }
    JsonNode after;
    try {
      after = answer.patch().apply(before, MAX_COPIED);
    } catch (PatchException e) {
      throw new ApiException(Status.internalError(String.valueOf(e.getMessage())));
    }
    if (!(after instanceof ObjectNode object)) {
      throw new ApiException(Status.internalError("the patched object is no JSON object"));
    }
    boolean changed = !after.equals(before);
    if (changed) {
      invocation.write().replaceObject(object);
    }
    return changed;
  }

  private static String mutation(Webhook webhook, boolean changed) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("configuration", webhook.configuration())
        .put("webhook", webhook.name())
        .put("mutated", changed)
        .toString();
  }

  /** Follows the store no longer. */
  @Override
  public void close() throws Exception {
    configurations.close();
  }
}
