package io.usher.decisions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.GroupVersionKind;
import io.usher.admission.GroupVersionResource;
import io.usher.admission.Operation;
import io.usher.admission.UserInfo;
import io.usher.apiserver.api.Status;
import io.usher.apiserver.storage.Change;
import io.usher.apiserver.storage.ObjectSource;
import io.usher.apiserver.storage.StoredObject;
import io.usher.observe.Caller;
import io.usher.observe.Endpoint;
import io.usher.observe.FinishedReview;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewOutcome;
import io.usher.patch.JsonPatch;
import io.usher.rule.Phase;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DecisionLogTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOW = Instant.parse("2026-11-29T01:02:03.456789Z");
  private static final String VALUE = "hunter2-cGFzcw==";

  private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);

  private DecisionLog log(int most, long bytes) {
    return new DecisionLog("labeler-1", new VersionClock(clock), clock, most, bytes);
  }

  private static AdmissionRequest request(String kind, String plural, String namespace) {
    var type = new GroupVersionKind("", "v1", kind);
    var resource = new GroupVersionResource("", "v1", plural);
    return new AdmissionRequest(
        "u-1",
        type,
        resource,
        "",
        type,
        resource,
        "",
        "web",
        namespace,
        Operation.CREATE,
        UserInfo.of("alice"),
        false,
        null,
        null,
        null);
  }

  private static FinishedReview denied(AdmissionRequest request, String message) {
    return review(request, ReviewOutcome.DENIED, "Images.check", message, List.of(), null);
  }

  private static FinishedReview review(
      AdmissionRequest request,
      ReviewOutcome outcome,
      @Nullable String rule,
      @Nullable String message,
      List<String> changedBy,
      @Nullable JsonPatch patch) {
    var endpoint = new Endpoint("admission", "labeler.example.com", Phase.MUTATING);
    return new FinishedReview(
        new ReviewIdentity(1, endpoint, Caller.ANYONE),
        request,
        outcome,
        rule,
        message,
        changedBy,
        patch,
        100,
        null,
        Duration.ofMillis(2).toNanos());
  }

  private static JsonPatch patch(String value) throws Exception {
    return JsonPatch.parse(
        JSON.readTree("[{\"op\":\"add\",\"path\":\"/data/key\",\"value\":\"" + value + "\"}]"));
  }

  private static String text(StoredObject decision) {
    return StandardCharsets.UTF_8.decode(decision.json()).toString();
  }

  private static List<String> texts(DecisionLog log) {
    return log.upTo(log.mark(0)).decisions().stream().map(DecisionLogTest::text).toList();
  }

  @Test
  void decisionTellsRequestRuleAndPatch() throws Exception {
    DecisionLog log = log(10, 1 << 20);
    log.reviewFinished(
        review(
            request("ConfigMap", "configmaps", "shop"),
            ReviewOutcome.PATCHED,
            null,
            null,
            List.of("Labels.team", "Labels.owner"),
            patch("red")));

    ObjectNode decision = (ObjectNode) JSON.readTree(texts(log).get(0));
    ObjectNode metadata = (ObjectNode) decision.remove("metadata");
    assertThat(metadata.path("namespace").asText()).isEqualTo("shop");
    assertThat(metadata.path("creationTimestamp").asText()).isEqualTo("2026-11-29T01:02:03Z");
    assertThat(decision)
        .isEqualTo(
            JSON.readTree(
                """
                {"kind": "Decision", "apiVersion": "admission.usher.io/v1",
                 "decision": "mutate", "webhook": "labeler.example.com", "phase": "mutating",
                 "rule": "Labels.owner", "changedBy": ["Labels.team", "Labels.owner"],
                 "request": {"uid": "u-1", "user": "alice", "operation": "CREATE", "group": "",
                   "version": "v1", "kind": "ConfigMap", "resource": "configmaps",
                   "namespace": "shop", "name": "web", "dryRun": false},
                 "patchOperations": 1,
                 "patch": [{"op": "add", "path": "/data/key", "value": "red"}],
                 "durationMicros": 2000, "replica": "labeler-1",
                 "time": "2026-11-29T01:02:03.456789Z"}
                """));
  }

  @Test
  void secretsAndTokensAreNotTold() throws Exception {
    DecisionLog log = log(10, 1 << 20);
    log.reviewFinished(denied(request("Secret", "secrets", "shop"), "bad value " + VALUE));
    log.reviewFinished(
        review(
            request("Secret", "secrets", "shop"),
            ReviewOutcome.PATCHED,
            null,
            null,
            List.of("Secrets.rotate"),
            patch(VALUE)));

    List<String> told = texts(log);
    assertThat(told).hasSize(2).noneMatch(each -> each.contains("hunter2"));
    JsonNode patched = JSON.readTree(told.get(1));
    assertThat(patched.path("patch"))
        .isEqualTo(JSON.readTree("[{\"op\": \"add\", \"path\": \"/data/key\"}]"));
  }

  @Test
  void longPatchIsCounted() throws Exception {
    DecisionLog log = log(10, 1 << 20);
    log.reviewFinished(
        review(
            request("ConfigMap", "configmaps", "shop"),
            ReviewOutcome.PATCHED,
            null,
            null,
            List.of("Labels.team"),
            patch("x".repeat(DecisionWriter.LONGEST_PATCH))));

    JsonNode decision = JSON.readTree(texts(log).get(0));
    assertThat(decision.path("patchOperations").asInt()).isEqualTo(1);
    assertThat(decision.has("patch")).isFalse();
  }

  @Test
  void clusterScopedObjectsAreInDefaultAsTheirEventsAre() {
    DecisionLog log = log(10, 1 << 20);
    log.reviewFinished(denied(request("Node", "nodes", ""), "no"));

    assertThat(log.upTo(log.mark(0)).decisions().get(0).namespace()).isEqualTo("default");
  }

  @Test
  void numberIsBoundedAndWhoComesFromBeforeIsTold() {
    DecisionLog log = log(3, 1 << 20);
    long before = log.mark(0);
    for (int i = 0; i < 2; i++) {
      log.reviewFinished(denied(request("Pod", "pods", "shop"), "no " + i));
    }
    long first = log.mark(0);
    for (int i = 2; i < 5; i++) {
      log.reviewFinished(denied(request("Pod", "pods", "shop"), "no " + i));
    }
    assertThat(texts(log)).hasSize(3).last().asString().contains("no 4");

    var late = new Recorder();
    log.follow(before, late);
    assertThat(late.ended).extracting(Status::code).containsExactly(410);
    var inTime = new Recorder();
    log.follow(first, inTime);
    assertThat(inTime.ended).isEmpty();
    assertThat(inTime.changes).hasSize(3);
  }

  @Test
  void bytesAreBoundedThoughNobodyReads() {
    DecisionLog log = log(100_000, 100_000);
    for (int i = 0; i < 10_000; i++) {
      log.reviewFinished(denied(request("Pod", "pods", "shop"), "x".repeat(900)));
    }
    List<String> told = texts(log);
    assertThat(told).isNotEmpty();
    assertThat(told.stream().mapToInt(String::length).sum()).isLessThan(50_000);
  }

  @Test
  void listAndWhatFollowsMissNothingAndTellNothingTwice() {
    DecisionLog log = log(1_000, 1 << 20);
    log.reviewFinished(denied(request("Pod", "pods", "shop"), "listed"));
    long version = log.mark(0);
    // Made before the list is read, and after its version is known.
    log.reviewFinished(denied(request("Pod", "pods", "shop"), "between"));
    assertThat(log.upTo(version).decisions()).hasSize(1);

    var follower = new Recorder();
    Runnable end = log.follow(version, follower);
    log.reviewFinished(denied(request("Pod", "pods", "shop"), "later"));
    log.tell();
    assertThat(follower.changes)
        .hasSize(2)
        .satisfiesExactly(
            between -> assertThat(between).contains("between"),
            later -> assertThat(later).contains("later"));
    end.run();
    log.reviewFinished(denied(request("Pod", "pods", "shop"), "unheard"));
    log.tell();
    assertThat(follower.changes).hasSize(2);
  }

  @Test
  void versionOfAnotherReplicaIsPassed() {
    var versions = new VersionClock(clock);
    long own = versions.now();
    versions.advance(own + 1_000_000);
    assertThat(versions.next()).isEqualTo(own + 1_000_001);
    assertThat(versions.now()).isEqualTo(own + 1_000_001);
  }

  private static final class Recorder implements ObjectSource.Follower {
    private final List<String> changes = new ArrayList<>();
    private final List<Status> ended = new ArrayList<>();

    @Override
    public void changed(Change change) {
      changes.add(text(change.object()));
    }

    @Override
    public void ended(Status status) {
      ended.add(status);
    }
  }
}
