package io.usher.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionRequest;
import io.usher.admission.GroupVersionKind;
import io.usher.admission.GroupVersionResource;
import io.usher.admission.Operation;
import io.usher.admission.UserInfo;
import io.usher.authorization.AuthorizationRequest;
import io.usher.authorization.ResourceAttributes;
import io.usher.config.Configuration;
import io.usher.conversion.ConversionRequest;
import io.usher.observe.Caller;
import io.usher.observe.Endpoint;
import io.usher.observe.FinishedReview;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewOutcome;
import io.usher.rule.Phase;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ReviewLogTest {

  private final Logger logger = (Logger) LoggerFactory.getLogger(ReviewLog.DECISIONS);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
    logger.setAdditive(false);
    logger.setLevel(Level.INFO);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
  }

  @Test
  void lineTellsWhatAnOperatorLooksFor() {
    new ReviewLog(Configuration.defaults())
        .reviewFinished(denied(request("web", "shop", "alice", null), "the image is not ours"));
    assertThat(line())
        .containsExactlyEntriesOf(
            entries(
                "uid", "u-1",
                "webhook", "labeler.example.com",
                "phase", "validating",
                "operation", Operation.UPDATE,
                "resource", "deployments.apps/scale",
                "namespace", "shop",
                "user", "alice",
                "name", "web",
                "dryRun", false,
                "decision", "denied",
                "rule", "Images.check",
                "statusMessage", "the image is not ours",
                "viewAgeMillis", 70L,
                "durationMicros", 2L,
                "patchOperations", 0,
                "answerBytes", 100));
  }

  @Test
  void conversionHasALineOfItsOwn() {
    new ReviewLog(Configuration.defaults())
        .reviewFinished(
            new FinishedReview(
                new ReviewIdentity(
                    1, new Endpoint("conversion", "tabs.example.com", null), Caller.ANYONE),
                new ConversionRequest("u-1", "example.com/v1", 500),
                ReviewOutcome.FAILED,
                "Tabs.up",
                "rule Tabs.up failed on Tab shop/a",
                List.of(),
                null,
                100,
                null,
                2_000));

    assertThat(line())
        .containsExactlyEntriesOf(
            entries(
                "uid", "u-1",
                "webhook", "tabs.example.com",
                "desiredAPIVersion", "example.com/v1",
                "objects", 500,
                "result", "failed",
                "rule", "Tabs.up",
                "statusMessage", "rule Tabs.up failed on Tab shop/a",
                "durationMicros", 2L,
                "answerBytes", 100));
  }

  @Test
  void lineOfADoorTellsWhoAskedForWhat() {
    var request =
        AuthorizationRequest.of(
            UserInfo.of("alice"),
            ResourceAttributes.of("get", "deployments", "shop", "web")
                .in("apps", "v1")
                .subresource("scale"));
    var endpoint = new Endpoint("authorization", "doors.example.com", null);
    new ReviewLog(Configuration.defaults())
        .reviewFinished(
            new FinishedReview(
                new ReviewIdentity(1, endpoint, Caller.ANYONE),
                request,
                ReviewOutcome.NO_OPINION,
                null,
                "not of the team",
                List.of(),
                null,
                90,
                null,
                3_000));
    assertThat(line())
        .containsExactlyEntriesOf(
            entries(
                "webhook", "doors.example.com",
                "phase", "authorization",
                "operation", "get",
                "resource", "deployments.apps/scale",
                "namespace", "shop",
                "user", "alice",
                "name", "web",
                "statusMessage", "not of the team",
                "decision", "no_opinion",
                "durationMicros", 3L,
                "answerBytes", 90));
  }

  @Test
  void objectThatHasNoNameYetIsToldByItsPrefix() {
    var object = JsonNodeFactory.instance.objectNode();
    object.putObject("metadata").put("generateName", "web-");
    new ReviewLog(Configuration.defaults())
        .reviewFinished(denied(request("", "shop", "alice", object), "no"));
    assertThat(line()).containsEntry("generateName", "web-").doesNotContainKey("name");
  }

  @Test
  void usersNamesAndMessagesCanBeLeftOut() {
    new ReviewLog(Configuration.defaults().with(TelemetrySettings.DECISION_LOG_NAMES, false))
        .reviewFinished(denied(request("front", "shop", "alice", null), "front of alice is bad"));
    assertThat(line())
        .containsEntry("resource", "deployments.apps/scale")
        .containsEntry("namespace", "shop")
        .containsEntry("decision", "denied");
    assertThat(line().toString()).doesNotContain("front", "alice");
  }

  @Test
  void whatAClientMakesUpIsCut() {
    String huge = "x".repeat(1_000_000);
    new ReviewLog(Configuration.defaults())
        .reviewFinished(denied(request(huge, huge, huge, null), huge));
    assertThat(line().toString().length()).isLessThan(3_000);
  }

  @Test
  void nothingIsLoggedWhenDecisionsAreNot() {
    new ReviewLog(Configuration.defaults().with(TelemetrySettings.DECISION_LOG, false))
        .reviewFinished(denied(request("web", "shop", "alice", null), "no"));
    assertThat(lines.list).isEmpty();
  }

  private Map<String, Object> line() {
    var pairs = new LinkedHashMap<String, Object>();
    lines.list.get(0).getKeyValuePairs().forEach(pair -> pairs.put(pair.key, pair.value));
    return pairs;
  }

  private static Map<String, Object> entries(Object... all) {
    var pairs = new LinkedHashMap<String, Object>();
    for (int i = 0; i < all.length; i += 2) {
      pairs.put((String) all[i], all[i + 1]);
    }
    return pairs;
  }

  private static FinishedReview denied(AdmissionRequest request, String message) {
    var endpoint = new Endpoint("admission", "labeler.example.com", Phase.VALIDATING);
    return new FinishedReview(
        new ReviewIdentity(1, endpoint, Caller.ANYONE),
        request,
        ReviewOutcome.DENIED,
        "Images.check",
        message,
        List.of(),
        null,
        100,
        Duration.ofMillis(70),
        2_000);
  }

  private static AdmissionRequest request(
      String name, String namespace, String user, ObjectNode object) {
    var type = new GroupVersionKind("autoscaling", "v1", "Scale");
    var resource = new GroupVersionResource("apps", "v1", "deployments");
    return new AdmissionRequest(
        "u-1",
        type,
        resource,
        "scale",
        type,
        resource,
        "scale",
        name,
        namespace,
        Operation.UPDATE,
        UserInfo.of(user),
        false,
        object,
        null,
        null);
  }
}
