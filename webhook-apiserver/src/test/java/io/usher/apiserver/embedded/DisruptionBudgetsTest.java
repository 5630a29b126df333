package io.usher.apiserver.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisruptionBudgetsTest {
  private static final GroupResource BUDGETS = new GroupResource("policy", "poddisruptionbudgets");
  private static final String READY = "status: {conditions: [{type: Ready, status: 'True'}]}";

  private final EmbeddedApiServer server =
      EmbeddedApiServer.create(config -> config.controllers(false).defaultRoles(false));
  private final ObjectStore objects = server.server().objects();
  private final DisruptionBudgets budgets =
      new DisruptionBudgets(Clock.fixed(Instant.parse("2026-01-01T00:00:00.5Z"), ZoneOffset.UTC));

  @AfterEach
  void close() {
    server.close();
  }

  private static ObjectNode yaml(String text) {
    try {
      return (ObjectNode) new YAMLMapper().readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode pod(String name, String status) {
    return yaml(
        "{metadata: {name: %s, namespace: default, labels: {app: web}}, %s}"
            .formatted(name, status));
  }

  /** A budget whose status is of its present form, unless it says something else. */
  private void budget(String name, String spec, String status) {
    ObjectNode budget =
        yaml(
            "{metadata: {name: %s, namespace: default}, spec: {%s}, status: {observedGeneration: 1}}"
                .formatted(name, spec));
    budget.withObject("/status").setAll(yaml("{" + status + "}"));
    objects.create(BUDGETS, budget);
  }

  private JsonNode status(String name) {
    ObjectNode budget = objects.get(BUDGETS, "default", name);
    return budget == null ? yaml("{}") : budget.path("status");
  }

  @Test
  void evictionIsTakenFromTheBudgetUnlessItIsADryRun() {
    budget("web", "selector: {matchLabels: {app: web}}", "disruptionsAllowed: 2");
    budget("other", "selector: {matchLabels: {app: db}}", "disruptionsAllowed: 0");

    budgets.take(objects, pod("a", READY), true);
    assertThat(status("web").path("disruptionsAllowed").asInt()).isEqualTo(2);
    budgets.take(objects, pod("a", READY), false);

    assertThat(status("web"))
        .isEqualTo(
            yaml(
                "{observedGeneration: 1, disruptionsAllowed: 1, disruptedPods: {a:"
                    + " '2026-01-01T00:00:00Z'}}"));
  }

  /** As many as {@code kubectl drain} has under way at once. */
  @Test
  void evictionsAtTheSameTimeAreAllTaken() throws Exception {
    int pods = 8;
    budget("web", "selector: {matchLabels: {app: web}}", "disruptionsAllowed: " + pods * 4);
    ExecutorService threads = Executors.newFixedThreadPool(pods);
    try {
      var together = new CyclicBarrier(pods);
      var evictions = new ArrayList<Future<?>>();
      for (int i = 0; i < pods; i++) {
        String name = "p" + i;
        evictions.add(
            threads.submit(
                () -> {
                  together.await();
                  for (int j = 0; j < 4; j++) {
                    budgets.take(objects, pod(name + j, READY), false);
                  }
                  return null;
                }));
      }
      for (Future<?> each : evictions) {
        each.get(60, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(status("web").path("disruptionsAllowed").asInt()).isZero();
    assertThat(status("web").path("disruptedPods")).hasSize(pods * 4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          disruptionsAllowed: 0, desiredHealthy: 3, currentHealthy: 2 | 0 | The disruption budget web needs 3 healthy pods and has 2 currently
          observedGeneration: 0, disruptionsAllowed: 9 | 10 | The disruption budget web is still being processed by the server.
          """)
  void evictionThatTheBudgetDoesNotAllowIsRefused(String status, int retryAfter, String cause) {
    budget("web", "selector: {matchLabels: {app: web}}", status);
    assertThatThrownBy(() -> budgets.take(objects, pod("a", READY), false))
        .isInstanceOfSatisfying(
            ApiException.class,
            refused -> {
              assertThat(refused.status().code()).isEqualTo(429);
              assertThat(refused)
                  .hasMessage("Cannot evict pod as it would violate the pod's disruption budget.");
              JsonNode details = refused.status().toJson().path("details");
              assertThat(details.path("retryAfterSeconds").asInt()).isEqualTo(retryAfter);
              assertThat(details.at("/causes/0/message").asText()).isEqualTo(cause);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          `` | status: {phase: Pending}
          `` | status: {phase: Succeeded}
          desiredHealthy: 2, currentHealthy: 2 | status: {phase: Running}
          """)
  void podThatDoesNotCountIsFree(String status, String pod) {
    budget("web", "selector: {matchLabels: {app: web}}", status);
    JsonNode before = status("web");
    budgets.take(objects, pod("a", pod), false);
    assertThat(status("web")).isEqualTo(before);
  }

  @Test
  void podThatIsNotReadyIsFreeWhereTheBudgetSaysSo() {
    budget(
        "web",
        "unhealthyPodEvictionPolicy: AlwaysAllow, selector: {matchLabels: {app: web}}",
        "disruptionsAllowed: 0");
    budgets.take(objects, pod("a", "status: {phase: Running}"), false);
    assertThatThrownBy(() -> budgets.take(objects, pod("a", READY), false))
        .isInstanceOf(ApiException.class);
  }

  @Test
  void twoBudgetsOfOnePodAreRefused() {
    budget("one", "selector: {matchLabels: {app: web}}", "disruptionsAllowed: 5");
    budget("two", "selector: {}", "disruptionsAllowed: 5");
    assertThatThrownBy(() -> budgets.take(objects, pod("a", READY), false))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("more than one PodDisruptionBudget");
  }
}
