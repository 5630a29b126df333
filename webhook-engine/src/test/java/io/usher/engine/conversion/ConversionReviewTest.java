package io.usher.engine.conversion;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.conversion.ConversionRequest;
import io.usher.engine.Deadline;
import io.usher.engine.GivenUpRules;
import io.usher.engine.MemoryBudget;
import io.usher.engine.Review;
import io.usher.engine.ReviewAnswer;
import io.usher.engine.ReviewExecutor;
import io.usher.engine.ReviewLimits;
import io.usher.observe.Caller;
import io.usher.observe.FinishedReview;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import io.usher.observe.ReviewOutcome;
import io.usher.webhook.ConversionTarget;
import io.usher.webhook.WebhookBuilder;
import io.usher.webhook.WebhookRegistration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ConversionReviewTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String ALPHA =
      """
      {"apiVersion": "stable.example.com/v1alpha1", "kind": "CronTab",
       "metadata": {"name": "nightly", "namespace": "shop", "uid": "u-1",
         "creationTimestamp": "2026-01-31T12:00:00Z", "labels": {"a": "b"},
         "managedFields": [{"manager": "kubectl", "time": "2026-01-31T12:00:00Z"}]},
       "spec": {"cron": "5 4 * * *", "image": {"name": "cron:1", "digest": "sha256:1"},
         "replicas": 3, "later": {"x": 9007199254740993}},
       "status": {"seen": 1.10}}
      """;

  private final WebhookRegistration webhook =
      WebhookRegistration.fromClasses(List.of(CronTabs.class)).get(0);

  @Test
  void convertsByClassesAndKeepsWhatTheyDoNotKnow() {
    assertThat(convert("v1", ALPHA))
        .isEqualTo(
            json(
                """
                [{"apiVersion": "stable.example.com/v1", "kind": "CronTab",
                  "metadata": {"name": "nightly", "namespace": "shop", "uid": "u-1",
                    "creationTimestamp": "2026-01-31T12:00:00Z", "labels": {"a": "b"},
                    "managedFields": [{"manager": "kubectl", "time": "2026-01-31T12:00:00Z"}]},
                  "spec": {"replicas": 3, "later": {"x": 9007199254740993},
                    "image": {"digest": "sha256:1"},
                    "schedule": {"minute": "5", "rest": "4 * * *"},
                    "container": {"name": "cron:1"}},
                  "status": {"seen": 1.10}}]
                """));
  }

  @Test
  void whatNoClassKnowsComesBack() {
    JsonNode there = convert("v1", ALPHA);
    JsonNode back = convert("v1alpha1", there.get(0).toString());

    assertThat(back.get(0)).isEqualTo(json(ALPHA));
  }

  @Test
  void goesByWayOfTheHub() {
    JsonNode beta = convert("v1beta1", ALPHA).get(0);

    assertThat(beta.get("apiVersion").asText()).isEqualTo("stable.example.com/v1beta1");
    assertThat(beta.at("/spec/size").asInt()).isEqualTo(3);
    assertThat(beta.at("/spec/schedule/minute").asText()).isEqualTo("5");
    assertThat(beta.at("/spec/container").isMissingNode()).isTrue();
    assertThat(convert("v1alpha1", beta.toString()).at("/0/spec/cron").asText())
        .isEqualTo("5 4 * * *");
  }

  @Test
  void orderAndCountStayAndObjectsOfTheVersionAreAsTheyWere() {
    String hub = convert("v1", ALPHA.replace("nightly", "first")).get(0).toString();
    JsonNode converted =
        convert("v1", hub, ALPHA, hub.replace("first", "third"), ALPHA.replace("nightly", "last"));

    assertThat(converted).hasSize(4);
    assertThat(converted.findValuesAsText("name").stream().filter(each -> !each.contains(":")))
        .containsExactly("first", "nightly", "third", "last");
    assertThat(converted.get(0)).isEqualTo(json(hub));
  }

  @Test
  void noObjectsAreConvertedToNone() {
    assertThat(convert("v1")).isEmpty();
  }

  @Test
  void answersInTheVersionThatWasAsked() {
    String body =
        body("v1", ALPHA).replace("apiextensions.k8s.io/v1", "apiextensions.k8s.io/v1beta1");
    JsonNode answer = json(answer(body, ReviewObserver.NONE).body());

    assertThat(answer.get("apiVersion").asText()).isEqualTo("apiextensions.k8s.io/v1beta1");
    assertThat(answer.at("/response/uid").asText()).isEqualTo("r-1");
  }

  @Test
  void oneFailureFailsTheReviewAndNamesObjectAndField() {
    assertThat(failure("v1", ALPHA, ALPHA.replace("5 4 * * *", "hourly").replace("nightly", "bad")))
        .isEqualTo(
            "rule CronTabs.fromAlpha failed on CronTab shop/bad (v1alpha1 to v1): spec.cron: has no"
                + " five fields");
  }

  @Test
  void objectThatDoesNotFitItsClassIsNamedWithTheField() {
    assertThat(failure("v1", ALPHA.replace("\"replicas\": 3", "\"replicas\": \"secret\"")))
        .isEqualTo(
            "rule CronTabs.fromAlpha failed on CronTab shop/nightly (v1alpha1 to v1):"
                + " spec.replicas: does not fit the conversion's class");
  }

  @Test
  void objectOfAnotherKindOrVersionOrGroupIsNamed() {
    String known = "; there are conversions of CronTab.stable.example.com [v1, v1alpha1, v1beta1]";

    assertThat(failure("v1", ALPHA, ALPHA.replace("v1alpha1", "v2")))
        .isEqualTo(
            "objects[1], CronTab shop/nightly of stable.example.com/v2: nothing here converts it to"
                + " stable.example.com/v1"
                + known);
    assertThat(failure("v1", ALPHA.replace("\"CronTab\"", "\"Shop\"")))
        .isEqualTo(
            "objects[0], Shop shop/nightly of stable.example.com/v1alpha1: nothing here converts it"
                + " to stable.example.com/v1"
                + known);
    assertThat(failure("v1", ALPHA.replace("stable.example.com", "other.example.com")))
        .startsWith("objects[0], CronTab shop/nightly of other.example.com/v1alpha1: nothing here");
  }

  @Test
  void ofMetadataOnlyLabelsAndAnnotationsChange() {
    var editing =
        trees(
            crontab -> {
              ObjectNode metadata = crontab.withObject("/metadata");
              metadata.put("creationTimestamp", "later").put("generation", 9);
              metadata.remove("managedFields");
              metadata.remove("labels");
              metadata.putObject("annotations").put("was", "v1alpha1");
            });

    JsonNode metadata = convert(editing, "v1", ALPHA).at("/0/metadata");

    assertThat(metadata)
        .isEqualTo(
            json(
                """
                {"name": "nightly", "namespace": "shop", "uid": "u-1",
                 "creationTimestamp": "2026-01-31T12:00:00Z",
                 "managedFields": [{"manager": "kubectl", "time": "2026-01-31T12:00:00Z"}],
                 "annotations": {"was": "v1alpha1"}}
                """));
  }

  @Test
  void metadataThatIsMadeAnewTakesNothingAway() {
    var editing =
        trees(
            crontab -> {
              crontab.remove("metadata");
              crontab.putObject("metadata").putObject("annotations").put("was", "v1alpha1");
            });

    JsonNode metadata = convert(editing, "v1", ALPHA).at("/0/metadata");

    assertThat(metadata.at("/labels/a").asText()).isEqualTo("b");
    assertThat(metadata.at("/annotations/was").asText()).isEqualTo("v1alpha1");
    assertThat(metadata.get("name").asText()).isEqualTo("nightly");
  }

  @Test
  void nameNamespaceUidAndKindMustStay() {
    for (String field : List.of("name", "namespace", "uid")) {
      var editing = trees(crontab -> crontab.withObject("/metadata").put(field, "other"));
      assertThat(failure(editing, "v1", ALPHA))
          .isEqualTo(
              "rule up failed on CronTab shop/nightly (v1alpha1 to v1): metadata.%s: must stay as it"
                      .formatted(field)
                  + " is");
    }
    assertThat(failure(trees(crontab -> crontab.put("kind", "Other")), "v1", ALPHA))
        .endsWith(": kind: must stay as it is");
    assertThat(
            failure(
                trees(crontab -> crontab.withObject("/metadata/labels").put("n", 1)), "v1", ALPHA))
        .endsWith(": metadata.labels: has a value that is no string");
  }

  @Test
  void reviewThatIsNoneIsRefused() {
    assertThat(new String(refused("{}"), UTF_8))
        .contains("is not ConversionReview of apiextensions.k8s.io/v1 or v1beta1");
    assertThat(new String(refused(body("v1", ALPHA).replace("\"uid\":\"r-1\",", "")), UTF_8))
        .contains("request.uid is missing");
    assertThat(new String(refused(body("v1", "[]")), UTF_8))
        .contains("request.objects[0] is not an object");
  }

  @Test
  void observersLearnOfTheReviewAndOfEachConversion() {
    var finished = new ArrayList<FinishedReview>();
    var rules = new ArrayList<String>();
    answer(
        body("v1beta1", ALPHA, ALPHA),
        new ReviewObserver.Some() {
          @Override
          public void reviewFinished(FinishedReview review) {
            finished.add(review);
          }

          @Override
          public void ruleReturned(ReviewIdentity review, String rule, long nanos) {
            rules.add(rule);
          }
        });

    assertThat(rules)
        .containsExactly(
            "CronTabs.fromAlpha", "CronTabs.toBeta", "CronTabs.fromAlpha", "CronTabs.toBeta");
    assertThat(finished).hasSize(1);
    assertThat(finished.get(0).outcome()).isEqualTo(ReviewOutcome.ALLOWED);
    assertThat(finished.get(0).request())
        .isEqualTo(new ConversionRequest("r-1", "stable.example.com/v1beta1", 2));
  }

  /** What a server has in the container of the generated Deployment: 40 % of 47 % of 384 MiB. */
  @Test
  void twoThousandObjectsOfTenKilobytesFitTheBudget() {
    long budget = (384L << 20) * 47 / 100 * 40 / 100;
    var memory = new MemoryBudget(budget);
    String large = ALPHA.replace("\"x\": 9007199254740993", "\"x\": " + numbers(10_000));
    String[] objects = new String[2_000];
    for (int i = 0; i < objects.length; i++) {
      objects[i] = large.replace("nightly", "nightly-" + i);
    }
    byte[] body = body("v1", objects).getBytes(UTF_8);
    assertThat(body.length).isGreaterThan(20_000_000);

    ReviewAnswer answer =
        review(
                webhook,
                body,
                ConversionHandler.LIMITS,
                memory.tryReserve(body.length).orElseThrow())
            .answerHere(ReviewObserver.NONE);

    assertThat(answer.status()).as(new String(answer.body(), UTF_8)).isEqualTo(200);
    JsonNode converted = json(answer.body()).at("/response/convertedObjects");
    assertThat(converted).hasSize(2_000);
    assertThat(converted.at("/1999/metadata/name").asText()).isEqualTo("nightly-1999");
    assertThat(memory.used()).isZero();
  }

  @Test
  void answerForWhichThereIsNoMemoryIsRefused() {
    byte[] body = body("v1", ALPHA.replace("cron:1", "c".repeat(300_000))).getBytes(UTF_8);
    // Enough to read the body, of which each byte of text may take eight.
    var memory = new MemoryBudget(body.length * 10L + 200_000);

    ReviewAnswer answer =
        review(
                webhook,
                body,
                ConversionHandler.LIMITS,
                memory.tryReserve(body.length).orElseThrow())
            .answerHere(ReviewObserver.NONE);

    assertThat(answer.status()).isEqualTo(413);
    assertThat(memory.used()).isZero();
  }

  @Test
  void lateConversionIsAnsweredAsAFailureOfItsReview() throws Exception {
    var stuck = new CountDownLatch(1);
    WebhookRegistration slow = trees(crontab -> stuck.await());
    var answered = new CompletableFuture<ReviewAnswer>();
    try (var executor =
        new ReviewExecutor(new ReviewExecutor.Settings(1, 1, 1, 100), ReviewObserver.NONE)) {
      executor.submit(
          Review.uncounted(
              handler(slow),
              "POST /convert/x",
              body("v1", ALPHA).getBytes(UTF_8),
              Deadline.after(Duration.ofMillis(50))),
          answered::complete);

      JsonNode answer = json(answered.get().body());

      assertThat(answered.get().status()).isEqualTo(200);
      assertThat(answer.at("/response/uid").asText()).isEqualTo("r-1");
      assertThat(answer.at("/response/result/status").asText()).isEqualTo("Failed");
      assertThat(answer.at("/response/result/message").asText())
          .isEqualTo("POST /convert/x: context deadline exceeded in rule up");
    } finally {
      stuck.countDown();
    }
  }

  /** An edit of a tree. */
  private interface Edit {
    void of(ObjectNode crontab) throws Exception;
  }

  private static WebhookRegistration trees(Edit edit) {
    return edited(WebhookRegistration.named("crontabs.example.com"), "up", "v1alpha1", "v1", edit)
        .converting(
            "down",
            ConversionTarget.ofTrees(CronTabs.KIND, "v1", "v1alpha1"),
            (crontab, context) -> crontab)
        .build();
  }

  private static WebhookBuilder edited(
      WebhookBuilder builder, String name, String from, String to, Edit edit) {
    return builder.converting(
        name,
        ConversionTarget.ofTrees(CronTabs.KIND, from, to),
        (crontab, context) -> {
          edit.of(crontab);
          return crontab;
        });
  }

  private static String numbers(int bytes) {
    var list = new StringBuilder("[1");
    while (list.length() < bytes) {
      list.append(",{\"number\":").append(list.length()).append(",\"text\":\"some text of it\"}");
    }
    return list.append(']').toString();
  }

  private JsonNode convert(String version, String... objects) {
    return convert(webhook, version, objects);
  }

  private static JsonNode convert(WebhookRegistration by, String version, String... objects) {
    ReviewAnswer answer = answer(by, body(version, objects), ReviewObserver.NONE);
    assertThat(answer.status()).isEqualTo(200);
    JsonNode response = json(answer.body()).get("response");
    assertThat(response.get("uid").asText()).isEqualTo("r-1");
    assertThat(response.at("/result/status").asText()).as(response.toString()).isEqualTo("Success");
    return response.get("convertedObjects");
  }

  private String failure(String version, String... objects) {
    return failure(webhook, version, objects);
  }

  private static String failure(WebhookRegistration by, String version, String... objects) {
    ReviewAnswer answer = answer(by, body(version, objects), ReviewObserver.NONE);
    assertThat(answer.status()).isEqualTo(200);
    JsonNode response = json(answer.body()).get("response");
    assertThat(response.get("uid").asText()).isEqualTo("r-1");
    assertThat(response.has("convertedObjects")).isFalse();
    assertThat(response.at("/result/status").asText()).isEqualTo("Failed");
    return response.at("/result/message").asText();
  }

  private byte[] refused(String body) {
    ReviewAnswer answer = answer(body, ReviewObserver.NONE);
    assertThat(answer.status()).isEqualTo(400);
    return answer.body();
  }

  private ReviewAnswer answer(String body, ReviewObserver observer) {
    return answer(webhook, body, observer);
  }

  private static ReviewAnswer answer(WebhookRegistration by, String body, ReviewObserver observer) {
    return Review.uncounted(
            handler(by),
            "POST /convert/x",
            body.getBytes(UTF_8),
            Deadline.after(Duration.ofMinutes(1)))
        .answerHere(observer);
  }

  private static Review<ConversionReview, ConversionAnswer> review(
      WebhookRegistration by, byte[] body, ReviewLimits limits, MemoryBudget.Lease lease) {
    return new Review<>(
        new ConversionHandler(by, limits, GivenUpRules.NONE),
        "POST /convert/x",
        Caller.ANYONE,
        body,
        Deadline.after(Duration.ofMinutes(1)),
        lease);
  }

  private static ConversionHandler handler(WebhookRegistration by) {
    return new ConversionHandler(by, ConversionHandler.LIMITS, GivenUpRules.NONE);
  }

  private static String body(String version, String... objects) {
    ArrayNode list = JSON.createArrayNode();
    for (String object : objects) {
      list.add(json(object));
    }
    ObjectNode review = JSON.createObjectNode();
    review.put("kind", "ConversionReview").put("apiVersion", "apiextensions.k8s.io/v1");
    review
        .putObject("request")
        .put("uid", "r-1")
        .put("desiredAPIVersion", "stable.example.com/" + version)
        .set("objects", list);
    return review.toString();
  }

  private static JsonNode json(String text) {
    return json(text.getBytes(UTF_8));
  }

  private static JsonNode json(byte[] text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
