package io.usher.rulejar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.usher.admission.AdmissionRequest;
import io.usher.admission.AdmissionResponse;
import io.usher.engine.ClusterViews;
import io.usher.engine.Deadline;
import io.usher.engine.Evaluation;
import io.usher.engine.Ticker;
import io.usher.engine.chain.RuleChain;
import io.usher.observe.Caller;
import io.usher.observe.Endpoint;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import io.usher.rule.Phase;
import io.usher.testkit.Requests;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A jar's mutating rules, served as the server does: with a budget, guards and circuits. */
final class ServedRules implements AutoCloseable {

  private final RuleJars jars;
  private final RuleChain chain;

  ServedRules(Path jar) {
    this(RuleJars.load(List.of(jar)));
  }

  private ServedRules(RuleJars jars) {
    this.jars = jars;
    this.chain =
        new RuleChain(
            "guarded.example.com",
            Phase.MUTATING,
            jars.webhooks().get(0).rules(Phase.MUTATING),
            new GuardedRules(),
            ClusterViews.NONE,
            Ticker.SYSTEM);
  }

  /** The same classes with closed circuits. */
  ServedRules forgiven() {
    return new ServedRules(jars);
  }

  /** Reviews a new Pod in a thread of its own; the name tells the rule what to do. */
  Review review(String name, Duration timeout) {
    return new Review(name, timeout);
  }

  @Override
  public void close() {
    jars.close();
  }

  final class Review {

    private final String name;
    private final Evaluation<AdmissionResponse> evaluation;
    private final CompletableFuture<AdmissionResponse> answer = new CompletableFuture<>();

    private Review(String name, Duration timeout) {
      this.name = name;
      AdmissionRequest request =
          Requests.create(
                  """
                  apiVersion: v1
                  kind: Pod
                  metadata:
                    name: %s
                  """
                      .formatted(name))
              .build();
      evaluation =
          chain.evaluate(
              request,
              new ReviewIdentity(
                  1, new Endpoint("admission", "guarded", Phase.MUTATING), Caller.ANYONE),
              Deadline.after(timeout),
              ReviewObserver.NONE);
      new Thread(this::run, name).start();
    }

    private void run() {
      try {
        answer.complete(evaluation.run());
      } catch (Throwable t) {
        answer.completeExceptionally(t);
      }
    }

    /** Waits for the rule's time to be over, and gives it up. */
    void awaitGivenUp() {
      await(name)
          .pollInterval(Duration.ofMillis(5))
          .atMost(Duration.ofMinutes(1))
          .until(
              () -> {
                assertThat(answer).as("%s returned by itself", name).isNotDone();
                return evaluation.giveUpOverdueRule() != null;
              });
    }

    /** Waits for the thread to come back: with null when the rule was given up. */
    AdmissionResponse answer() {
      return answer.orTimeout(2, TimeUnit.MINUTES).join();
    }
  }
}
