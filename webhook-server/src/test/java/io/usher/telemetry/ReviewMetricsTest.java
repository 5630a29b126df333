package io.usher.telemetry;

import static io.usher.webhook.RuleTarget.on;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.GroupVersionKind;
import io.usher.admission.GroupVersionResource;
import io.usher.admission.Operation;
import io.usher.admission.UserInfo;
import io.usher.observe.Caller;
import io.usher.observe.Endpoint;
import io.usher.observe.FinishedReview;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewOutcome;
import io.usher.rule.Phase;
import io.usher.webhook.WebhookRegistration;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReviewMetricsTest {

  private static final String WEBHOOK = "labeler.example.com";

  private static final ReviewIdentity REVIEW =
      new ReviewIdentity(1, new Endpoint("admission", WEBHOOK, Phase.MUTATING), Caller.ANYONE);

  private static final String FAILED_REVIEWS =
      "usher_reviews_total{decision=\"failed\",dryRun=\"false\",kind=\"Pod\",operation=\"CREATE\","
          + "webhook=\"labeler.example.com\"}";

  private final ReviewMetrics metrics = new ReviewMetrics();

  @BeforeEach
  void serve() {
    metrics.serve(
        List.of(
            WebhookRegistration.named(WEBHOOK)
                .editing(
                    "label",
                    on(ObjectNode.class, Operation.CREATE).resource("pods"),
                    (pod, context) -> {})
                .build()));
  }

  @Test
  void reviewsAreCountedByWhatTheyWere() {
    metrics.reviewFinished(review("pods", "Pod", ReviewOutcome.PATCHED, false));
    metrics.reviewFinished(review("pods", "Pod", ReviewOutcome.PATCHED, false));
    metrics.reviewFinished(review("pods", "Pod", ReviewOutcome.DENIED, true));
    assertThat(lines("usher_reviews_total{"))
        .containsExactlyInAnyOrder(
            "usher_reviews_total{decision=\"patched\",dryRun=\"false\",kind=\"Pod\","
                + "operation=\"CREATE\",webhook=\"labeler.example.com\"} 2.0",
            "usher_reviews_total{decision=\"denied\",dryRun=\"true\",kind=\"Pod\","
                + "operation=\"CREATE\",webhook=\"labeler.example.com\"} 1.0",
            FAILED_REVIEWS + " 0.0");
  }

  @Test
  void whatCallersSendIsNoLabel() {
    metrics.reviewFinished(review("pods", "Pod", ReviewOutcome.ALLOWED, false));
    for (int i = 0; i < 100; i++) {
      metrics.reviewFinished(review("pods", "Invented" + i, ReviewOutcome.ALLOWED, false));
      metrics.reviewFinished(review("things" + i, "Thing" + i, ReviewOutcome.ALLOWED, false));
    }
    assertThat(lines("usher_reviews_total{")).hasSize(3);
    assertThat(lines("usher_reviews_total{"))
        .anyMatch(line -> line.contains("kind=\"Pod\"") && line.endsWith(" 101.0"))
        .anyMatch(line -> line.contains("kind=\"other\"") && line.endsWith(" 100.0"));
  }

  @Test
  void durationsFallIntoBuckets() {
    metrics.reviewFinished(review("pods", "Pod", ReviewOutcome.ALLOWED, false));
    metrics.ruleReturned(REVIEW, "label", 400_000);
    assertThat(lines("usher_review_duration_seconds_bucket{"))
        .contains(
            "usher_review_duration_seconds_bucket{webhook=\"labeler.example.com\",le=\"5.0E-4\"} 0",
            "usher_review_duration_seconds_bucket{webhook=\"labeler.example.com\",le=\"0.0025\"} 1",
            "usher_review_duration_seconds_bucket{webhook=\"labeler.example.com\",le=\"10.0\"} 1");
    assertThat(lines("usher_rule_duration_seconds_bucket{"))
        .contains(
            "usher_rule_duration_seconds_bucket{rule=\"label\",webhook=\"labeler.example.com\","
                + "le=\"5.0E-4\"} 1");
  }

  @Test
  void troubleIsCounted() {
    metrics.reviewRejected(REVIEW.endpoint(), 429);
    metrics.ruleFailed(REVIEW, "label", "Pod default/web", false, new Exception());
    metrics.ruleHung(REVIEW, "label", 1, Thread.currentThread());
    metrics.ruleHung(REVIEW, "label", 2, Thread.currentThread());
    metrics.circuitChanged(REVIEW.endpoint(), "label", true);
    assertThat(metrics.meters().scrape())
        .contains(
            "usher_reviews_rejected_total{status=\"429\",webhook=\"labeler.example.com\"} 1.0",
            "usher_rule_errors_total{rule=\"label\",webhook=\"labeler.example.com\"} 1.0",
            "usher_hung_threads{rule=\"label\",webhook=\"labeler.example.com\"} 2.0",
            "usher_rule_circuit_open{rule=\"label\",webhook=\"labeler.example.com\"} 1.0");
    metrics.ruleReleased(REVIEW, "label", 1);
    metrics.ruleReleased(REVIEW, "label", 0);
    metrics.circuitChanged(REVIEW.endpoint(), "label", false);
    assertThat(metrics.meters().scrape())
        .contains(
            "usher_hung_threads{rule=\"label\",webhook=\"labeler.example.com\"} 0.0",
            "usher_rule_circuit_open{rule=\"label\",webhook=\"labeler.example.com\"} 0.0");
  }

  @Test
  void whatAlertsLookAtIsThereBeforeItHappens() {
    assertThat(metrics.meters().scrape())
        .contains(
            FAILED_REVIEWS + " 0.0",
            "usher_reviews_rejected_total{status=\"429\",webhook=\"labeler.example.com\"} 0.0",
            "usher_rule_errors_total{rule=\"label\",webhook=\"labeler.example.com\"} 0.0",
            "usher_hung_threads{rule=\"label\",webhook=\"labeler.example.com\"} 0.0",
            "usher_rule_circuit_open{rule=\"label\",webhook=\"labeler.example.com\"} 0.0");
  }

  @Test
  void rulesThatAreReplacedAreForgottenOnceNoThreadHangsInThem() {
    metrics.ruleHung(REVIEW, "label", 1, Thread.currentThread());
    metrics.circuitChanged(REVIEW.endpoint(), "label", true);
    metrics.serve(List.of());
    assertThat(metrics.meters().scrape())
        .contains("usher_hung_threads{rule=\"label\",webhook=\"labeler.example.com\"} 1.0")
        .doesNotContain("usher_rule_duration", "usher_rule_errors", "usher_reviews");
    metrics.ruleReleased(REVIEW, "label", 0);
    metrics.circuitChanged(REVIEW.endpoint(), "label", false);
    metrics.serve(List.of());
    assertThat(metrics.meters().scrape()).doesNotContain("label");
  }

  @Test
  void aReplacedRuleBeginsWithAClosedCircuit() {
    metrics.circuitChanged(REVIEW.endpoint(), "label", true);
    serve();
    assertThat(metrics.meters().scrape())
        .contains("usher_rule_circuit_open{rule=\"label\",webhook=\"labeler.example.com\"} 0.0");
  }

  @Test
  void valuesAreAskedForWhenTheyAreScraped() {
    double[] value = {1};
    metrics.meters().gauge("usher.queued", "Waiting", () -> value[0]);
    metrics.meters().counter("usher.failures", "Failed", () -> value[0] * 10);
    System.gc();
    value[0] = 3;
    assertThat(metrics.meters().scrape()).contains("usher_queued 3.0", "usher_failures_total 30.0");
  }

  @Test
  void measuresOfARuleGiveItsQuantiles() {
    assertThat(metrics.measures(WEBHOOK, "label").quantile(0.5)).isNull();
    for (int i = 0; i < 98; i++) {
      metrics.ruleReturned(REVIEW, "label", Duration.ofMillis(2).toNanos());
    }
    metrics.ruleReturned(REVIEW, "label", Duration.ofMillis(20).toNanos());
    metrics.ruleReturned(REVIEW, "label", Duration.ofMinutes(1).toNanos());
    metrics.ruleFailed(REVIEW, "label", "Pod default/web", false, new IllegalStateException());

    RuleMeasures measures = metrics.measures(WEBHOOK, "label");
    assertThat(measures.returned()).isEqualTo(100);
    assertThat(measures.failed()).isEqualTo(1);
    // Within the bucket from 1 ms to 2.5 ms, and from 10 ms to 25 ms; above the last one.
    assertThat(measures.quantile(0.5)).isBetween(Duration.ofMillis(1), Duration.ofNanos(2_500_000));
    assertThat(measures.quantile(0.99)).isBetween(Duration.ofMillis(10), Duration.ofMillis(25));
    assertThat(measures.quantile(1)).isEqualTo(Duration.ofSeconds(10));
    RuleMeasures both = measures.plus(measures);
    assertThat(both.returned()).isEqualTo(200);
    assertThat(both.quantile(0.5)).isEqualTo(measures.quantile(0.5));
  }

  private List<String> lines(String prefix) {
    return metrics.meters().scrape().lines().filter(line -> line.startsWith(prefix)).toList();
  }

  private static FinishedReview review(
      String resource, String kind, ReviewOutcome outcome, boolean dryRun) {
    return new FinishedReview(
        REVIEW,
        request(resource, kind, dryRun),
        outcome,
        null,
        null,
        List.of(),
        null,
        100,
        null,
        2_000_000);
  }

  private static AdmissionRequest request(String resource, String kind, boolean dryRun) {
    var type = new GroupVersionKind("", "v1", kind);
    var plural = new GroupVersionResource("", "v1", resource);
    return new AdmissionRequest(
        "uid",
        type,
        plural,
        "",
        type,
        plural,
        "",
        "web",
        "default",
        Operation.CREATE,
        UserInfo.of("alice"),
        dryRun,
        null,
        null,
        null);
  }
}
