package io.usher.apiserver.admission.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.admission.match.WriteMatcher;
import io.usher.apiserver.admission.webhook.ReviewCall.Answer;
import io.usher.apiserver.api.AdmissionAttributes;
import io.usher.apiserver.api.AdmissionPlugin;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.Authorizer;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.ResourceRegistry;
import io.usher.apiserver.api.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Plugin {@code ValidatingAdmissionWebhook}: calls the webhooks of ValidatingWebhookConfigurations
 * for a write at the same time. Of several refusals the client gets that of the first webhook in
 * the order of the configurations' names.
 */
public final class ValidatingWebhooks implements AdmissionPlugin, AutoCloseable {

  private static final String KIND = "ValidatingWebhookConfiguration";
  private static final String FAILED_OPEN = "failed-open.validating.webhook.admission.k8s.io/";

  private final WebhookConfigurations configurations;
  private final WebhookMatcher matcher;
  private final ReviewCall calls;
  private final Executor executor;

  /** A call that has ended in one of two ways. */
  private record Outcome(@Nullable Answer answer, @Nullable WebhookCallException failure) {}

  /**
   * Follows the store's configurations from now on.
   *
   * @param executor runs the calls; each holds a thread until the webhook answers
   */
  public ValidatingWebhooks(ObjectStore store, WebhookCaller caller, Executor executor) {
    this(
        store,
        caller,
        executor,
        new WebhookConfigurations(store, "validatingwebhookconfigurations"));
  }

  /**
   * Calls the webhooks of these configurations, and of none that the store has.
   *
   * @param executor runs the calls; each holds a thread until the webhook answers
   * @param configured other kinds of configurations are left out
   * @throws IllegalArgumentException when an entry can't be evaluated
   */
  public ValidatingWebhooks(
      ObjectStore store, WebhookCaller caller, Executor executor, List<ObjectNode> configured) {
    this(
        store,
        caller,
        executor,
        WebhookConfigurations.fixed(configured, KIND, ConditionCompiler.OF_SERVER));
  }

  private ValidatingWebhooks(
      ObjectStore store,
      WebhookCaller caller,
      Executor executor,
      WebhookConfigurations configurations) {
    this.configurations = configurations;
    matcher = new WebhookMatcher(WriteMatcher.namespacesOf(store));
    calls = new ReviewCall(caller);
    this.executor = executor;
  }

  @Override
  public String name() {
    return "ValidatingAdmissionWebhook";
  }

  @Override
  public void join(Authorizer authorizer, ResourceRegistry types) {
    matcher.join(authorizer, types);
  }

  @Override
  public void validate(AdmissionAttributes attributes) {
    ConfigurationChecks.check(attributes, KIND);
    if (ConfigurationChecks.isExempt(attributes)) {
      return;
    }
    var invocations = new ArrayList<Invocation>();
    for (Webhook webhook : configurations.webhooks()) {
      Invocation invocation = matcher.match(webhook, attributes);
      if (invocation != null) {
        invocations.add(invocation);
      }
    }
    List<CompletableFuture<Outcome>> outcomes =
        invocations.stream()
            .map(each -> CompletableFuture.supplyAsync(() -> call(each), executor))
            .toList();
    Status refusal = null;
    for (int i = 0; i < outcomes.size(); i++) {
      Status each = refusal(invocations.get(i), outcomes.get(i).join(), i);
      refusal = refusal == null ? each : refusal;
    }
    if (refusal != null) {
      throw new ApiException(refusal);
    }
  }

  private Outcome call(Invocation invocation) {
    try {
      return new Outcome(calls.call(invocation, false), null);
    } catch (WebhookCallException e) {
      return new Outcome(null, e);
    }
  }

  private static @Nullable Status refusal(Invocation invocation, Outcome outcome, int index) {
    Answer answer = outcome.answer();
    if (answer != null) {
      Answers.note(answer, invocation.attributes());
      return answer.refusal();
    }
    WebhookCallException failure = outcome.failure();
    return failure == null
        ? null
        : Answers.failure(
            invocation.webhook(),
            failure,
            invocation.attributes(),
            FAILED_OPEN + "round_0_index_" + index);
  }

  /** Follows the store no longer. */
  @Override
  public void close() throws Exception {
    configurations.close();
  }
}
