package io.usher.apiserver.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.apiserver.api.ApiException;
import io.usher.apiserver.api.GroupResource;
import io.usher.apiserver.api.LabelSelectors;
import io.usher.apiserver.api.ObjectStore;
import io.usher.apiserver.api.Status;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;

/**
 * What PodDisruptionBudgets say of an eviction. Their status is whatever somebody wrote: no
 * controller here counts Pods.
 */
final class DisruptionBudgets {

  private static final GroupResource BUDGETS = new GroupResource("policy", "poddisruptionbudgets");

  /** When a client should ask again for a budget that is not counted yet. */
  private static final int RETRY_SECONDS = 10;

  /** Pods of one budget are evicted at once: {@code kubectl drain} does so. */
  private static final int MAX_TRIES = 64;

  private static final int CONFLICT = 409;

  private final Clock clock;

  DisruptionBudgets(Clock clock) {
    this.clock = clock;
  }

  /**
   * Takes an eviction from the budget of a Pod.
   *
   * @throws ApiException 429 when there is none left, 500 when there are two budgets
   */
  void take(ObjectStore objects, ObjectNode pod, boolean dryRun) {
    for (int tries = 1; ; tries++) {
      try {
        takeOnce(objects, pod, dryRun);
        return;
      } catch (ApiException e) {
        if (e.status().code() != CONFLICT || tries == MAX_TRIES) {
          throw e;
        }
      }
    }
  }

  private void takeOnce(ObjectStore objects, ObjectNode pod, boolean dryRun) {
    boolean counts =
        !Set.of("Pending", "Succeeded", "Failed").contains(pod.at("/status/phase").asText())
            && !pod.path("metadata").hasNonNull("deletionTimestamp");
    List<ObjectNode> budgets = counts ? budgetsOf(objects, pod) : List.of();
    if (budgets.size() > 1) {
      throw new ApiException(
          Status.internalError(
              "This pod has more than one PodDisruptionBudget, which the eviction subresource does"
                  + " not support."));
    }
    if (!budgets.isEmpty() && !isFree(budgets.get(0), pod)) {
      take(objects, budgets.get(0), pod.at("/metadata/name").asText(), dryRun);
    }
  }

  private static List<ObjectNode> budgetsOf(ObjectStore objects, ObjectNode pod) {
    var labels = LabelSelectors.labels(pod.at("/metadata/labels"));
    return objects.list(BUDGETS, pod.at("/metadata/namespace").asText()).stream()
        .filter(budget -> budget.at("/spec/selector").isObject())
        .filter(budget -> LabelSelectors.of(budget.at("/spec/selector")).matches(labels))
        .toList();
  }

  /** A Pod that is not ready costs nothing while enough others are, or whenever the budget says. */
  private static boolean isFree(ObjectNode budget, ObjectNode pod) {
    for (JsonNode condition : pod.at("/status/conditions")) {
      if (condition.path("type").asText().equals("Ready")
          && condition.path("status").asText().equals("True")) {
        return false;
      }
    }
    JsonNode status = budget.path("status");
    long desired = status.path("desiredHealthy").asLong();
    return budget.at("/spec/unhealthyPodEvictionPolicy").asText().equals("AlwaysAllow")
        || (desired > 0 && status.path("currentHealthy").asLong() >= desired);
  }

  private void take(ObjectStore objects, ObjectNode budget, String pod, boolean dryRun) {
    String name = budget.at("/metadata/name").asText();
    ObjectNode status = budget.withObject("/status");
    if (status.path("observedGeneration").asLong() < budget.at("/metadata/generation").asLong()) {
      throw refused(
          "The disruption budget " + name + " is still being processed by the server.",
          RETRY_SECONDS);
    }
    long allowed = status.path("disruptionsAllowed").asLong();
    if (allowed <= 0) {
      throw refused(
          "The disruption budget %s needs %d healthy pods and has %d currently"
              .formatted(
                  name,
                  status.path("desiredHealthy").asLong(),
                  status.path("currentHealthy").asLong()),
          0);
    }
    status.put("disruptionsAllowed", allowed - 1);
    status
        .withObjectProperty("disruptedPods")
        .put(pod, clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    if (!dryRun) {
      objects.update(BUDGETS, budget);
    }
  }

  private static ApiException refused(String why, int retryAfterSeconds) {
    var cause = new Status.Cause("DisruptionBudget", why, "");
    return new ApiException(
        new Status(
            429,
            "TooManyRequests",
            "Cannot evict pod as it would violate the pod's disruption budget.",
            new Status.Details("", "", "", "", List.of(cause), retryAfterSeconds)));
  }
}
