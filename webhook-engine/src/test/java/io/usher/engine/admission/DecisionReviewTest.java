package io.usher.engine.admission;

import static io.usher.engine.admission.ReviewFixtures.WEBHOOK;
import static io.usher.engine.admission.ReviewFixtures.answer;
import static io.usher.engine.admission.ReviewFixtures.assertAnswer;
import static io.usher.engine.admission.ReviewFixtures.handler;
import static io.usher.engine.admission.ReviewFixtures.mutating;
import static io.usher.engine.admission.ReviewFixtures.readable;
import static io.usher.engine.admission.ReviewFixtures.request;
import static io.usher.engine.admission.ReviewFixtures.validating;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.usher.admission.AdmissionRequest;
import io.usher.engine.Deadline;
import io.usher.engine.ReviewAnswer;
import io.usher.observe.Endpoint;
import io.usher.observe.FinishedReview;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import io.usher.patch.JsonPatch;
import io.usher.rule.Decision;
import io.usher.rule.Phase;
import io.usher.rule.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each outcome of a review, as the API server reads it. */
class DecisionReviewTest {

  private static final byte[] POD = request("create-pod");

  private static final Rule ADD_TEAM =
      context -> {
        context.object(ObjectNode.class).withObject("/metadata/labels").put("team", "shop");
        return Decision.allow();
      };

  @Test
  void allowed() {
    assertAnswer(mutating(context -> Decision.allow()), POD, "allowed");
    assertAnswer(validating(context -> Decision.allow()), POD, "allowed");
    assertAnswer(mutating(), POD, "allowed");
  }

  @Test
  void patched() {
    assertAnswer(mutating(ADD_TEAM), POD, "patched");
  }

  @Test
  void validatorsEditsAreNoPatch() {
    assertAnswer(validating(ADD_TEAM), POD, "allowed");
  }

  @Test
  void emptyPatchIsNoPatchAtAll() {
    Rule putsBack =
        context -> {
          context.object(ObjectNode.class).withObject("/metadata/labels").remove("team");
          return Decision.allow();
        };

    assertAnswer(mutating(ADD_TEAM, putsBack), POD, "allowed");
    assertAnswer(
        mutating(
            context -> {
              context.object(Pod.class).getMetadata().getLabels().put("app", "web");
              return Decision.allow();
            }),
        POD,
        "allowed");
    assertAnswer(mutating(context -> Decision.patch(JsonPatch.parse(tree("[]")))), POD, "allowed");
  }

  @Test
  void patchesOfAllRulesAreOne() {
    assertAnswer(
        mutating(
            ADD_TEAM,
            context ->
                Decision.patch(
                    JsonPatch.parse(
                        tree(
                            """
                            [{"op":"test","path":"/metadata/labels/team","value":"shop"},
                             {"op":"move","from":"/metadata/labels/app","path":"/metadata/labels/app~1~0"}]"""))),
            context -> {
              var pod = context.object(ObjectNode.class);
              pod.withObject("/metadata").remove("annotations");
              return Decision.replace(pod);
            },
            context -> {
              context.object(Pod.class).getSpec().getContainers().get(0).getEnv().remove(0);
              return Decision.allow();
            }),
        POD,
        "patched-by-all");
  }

  @Test
  void mergePatchesBecomeOneJsonPatch() {
    assertAnswer(
        mutating(
            context ->
                Decision.mergePatch(
                    tree(
                        """
                        {"metadata":{"annotations":null},"spec":{"hostNetwork":true}}""")),
            context ->
                Decision.strategicMergePatch(
                    tree(
                        """
                        {"spec":{"containers":[
                          {"name":"nginx","env":[{"name":"MODE","$patch":"delete"}]},
                          {"name":"sidecar","image":"registry.example.com/proxy:3"}]}}"""))),
        POD,
        "patched-by-merge");
  }

  @Test
  void numbersThatNobodyTouchedSurvive() {
    assertAnswer(
        mutating(
            context -> {
              var spec = context.object(ObjectNode.class).withObject("/spec");
              spec.set("copy", spec.deepCopy());
              return Decision.allow();
            }),
        request(
            "create-widget",
            "\"price\":19.9,",
            "\"price\":19.90,\"atoms\":602214076000000000000000,\"huge\":1e999999999,"),
        "numbers");
  }

  @Test
  void patchIsInTheStandardAlphabetOfBase64() {
    // Bytes whose base64 has both characters that the URL-safe alphabet replaces.
    String text = "~?~?>>>???";
    ReviewAnswer answer =
        answer(
            mutating(
                context -> {
                  var object = context.object(ObjectNode.class);
                  object.withObject("/metadata/annotations").put("text", text);
                  return Decision.allow();
                }),
            POD);

    String patch = ReviewFixtures.json(answer.body()).at("/response/patch").textValue();
    assertThat(patch).matches("[A-Za-z0-9+/]+=*").contains("+").contains("/");
    assertThat(patch.length() % 4).isZero();
    assertThat(readable(answer).at("/response/patch/0/value").textValue()).isEqualTo(text);
  }

  @Test
  void anyTextSurvives() {
    String text = "quote \" backslash \\ line\nbreak nul\u0000 separator\u2028 mask🎭 <html> Grüße";
    Rule rule =
        context -> {
          context.object(ObjectNode.class).withObject("/metadata/annotations").put(text, text);
          context.audit("text", text);
          return Decision.allow();
        };

    JsonNode answer = readable(answer(mutating(rule), POD));

    assertThat(answer.at("/response/auditAnnotations/text").textValue()).isEqualTo(text);
    assertThat(answer.at("/response/patch/0/path").textValue())
        .isEqualTo("/metadata/annotations/" + text.replace("~", "~0").replace("/", "~1"));
    assertThat(answer.at("/response/patch/0/value").textValue()).isEqualTo(text);
  }

  @Test
  void halfACharacterIsNoReasonToFail() {
    Rule cutsAnEmoji =
        context -> {
          context.warn("\ud83c");
          return Decision.deny("cut off \ud83c");
        };

    JsonNode answer = readable(answer(validating(cutsAnEmoji), POD));

    assertThat(answer.at("/response/allowed").booleanValue()).isFalse();
    assertThat(answer.at("/response/status/message").textValue()).startsWith("cut off ");
  }

  @Test
  void denied() {
    assertAnswer(validating(context -> Decision.deny("no owner")), POD, "denied");
    assertAnswer(mutating(context -> Decision.deny("no owner")), POD, "denied");
  }

  @Test
  void deniedWithItsOwnCodeAndReason() {
    assertAnswer(
        validating(context -> Decision.deny("it is there").code(409).reason("Conflict")),
        POD,
        "denied-code");
  }

  @Test
  void deniedWithoutAReason() {
    assertAnswer(validating(context -> Decision.deny("no").reason("")), POD, "denied-no-reason");
  }

  @Test
  void deniedForFields() {
    assertAnswer(
        validating(
            context ->
                Decision.deny("two fields are wrong")
                    .cause("metadata.annotations[owner]", "is missing", "FieldValueRequired")
                    .cause("spec.containers[0].image", "has no digest")),
        POD,
        "denied-causes");
  }

  @Test
  void deniedForFieldsOfAnUnnamedObject() {
    assertAnswer(
        validating(context -> Decision.deny("no").cause("spec.hostNetwork", "is not for you")),
        request("create-pod-generate-name"),
        "denied-causes-unnamed");
  }

  @Test
  void deniedForNow() {
    assertAnswer(
        validating(context -> Decision.deny("not yet").code(503).retryAfterSeconds(30)),
        POD,
        "denied-retry");
  }

  @Test
  void deniedWithWarnings() {
    assertAnswer(
        validating(
            context -> {
              context.warn("image nginx has no digest");
              context.audit("checked", "images");
              return Decision.deny("no owner");
            }),
        POD,
        "denied-warnings");
  }

  @Test
  void denialDropsThePatchOfEarlierRules() {
    Rule never =
        context -> {
          throw new AssertionError("it runs behind a denial");
        };
    assertAnswer(mutating(ADD_TEAM, context -> Decision.deny("no owner"), never), POD, "denied");
  }

  @Test
  void warningsOfAllRulesAreShownInOrder() {
    assertAnswer(
        mutating(
            context -> {
              context.warn("first");
              context.warn("two\nlines and a\ttab \u0007");
              return Decision.allow();
            },
            ADD_TEAM,
            context -> {
              context.warn("last, ümläüt 🎭");
              context.warn(" \n ");
              return Decision.allow();
            }),
        POD,
        "warnings");
  }

  @Test
  void warningsThatAreTooLongAreCutWithAMark() {
    ReviewAnswer answer =
        answer(
            validating(
                context -> {
                  context.warn("🎭".repeat(4000));
                  context.warn("x".repeat(97));
                  return Decision.allow();
                }),
            POD);

    assertThat(readable(answer).at("/response/warnings"))
        .isEqualTo(
            JsonNodeFactory.instance.arrayNode().add("🎭".repeat(253) + "...").add("x".repeat(97)));
  }

  @Test
  void auditAnnotationsOfAllRulesAreKept() {
    assertAnswer(
        validating(
            context -> {
              context.audit("owner", "nobody");
              context.audit("images.checked", "2");
              return Decision.allow();
            },
            context -> {
              context.audit("owner", "team-shop");
              return Decision.allow();
            }),
        POD,
        "audited");
  }

  @Test
  void badAuditKeyFailsTheRule() {
    assertFailed(
        context -> {
          context.audit("example.com/owner", "x");
          return Decision.allow();
        });
    assertFailed(
        context -> {
          context.audit("k".repeat(64), "x");
          return Decision.allow();
        });
  }

  @Test
  void failureTellsNoMoreThanTheRulesName() {
    assertFailed(
        context -> {
          throw new IllegalStateException("password=hunter2");
        });
    assertFailed(
        context -> {
          throw new StackOverflowError("at com.example.Secret");
        });
    assertFailed(
        context -> Decision.patch(JsonPatch.parse(tree("[{\"op\":\"remove\",\"path\":\"/no\"}]"))));
    assertFailed(
        context -> {
          context.object(ObjectNode.class).put("kind", context.object(Pod.class).getKind());
          return Decision.allow();
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{'op':'remove','path':'/metadata/labels/none'}]",
        "[{'op':'replace','path':'/spec/none','value':1}]",
        "[{'op':'add','path':'/none/none','value':1}]",
        "[{'op':'add','path':'','value':{}}]",
        "[{'op':'test','path':'/kind','value':'Service'}]",
        "{'op':'remove','path':'/spec'}",
      })
  void patchThatTheApiServerWouldRefuseFailsItsRule(String patch) {
    assertFailed(context -> Decision.patch(JsonPatch.parse(tree(patch.replace('\'', '"')))));
  }

  @Test
  void strategicMergePatchOfACustomResourceFailsItsRule() {
    ReviewAnswer answer =
        answer(
            mutating(context -> Decision.strategicMergePatch(tree("{\"spec\":{\"one\":2}}"))),
            request("create-widget"));

    assertThat(answer.status()).isEqualTo(500);
    assertThat(text(answer)).isEqualTo("rule rule-0 failed");
  }

  @Test
  void changeOfADeletedObjectFails() {
    ReviewAnswer answer =
        answer(
            mutating(context -> Decision.patch(JsonPatch.parse(tree("[]")))),
            request("delete-pod"));

    assertThat(answer.status()).isEqualTo(500);
    assertThat(text(answer)).isEqualTo("rule rule-0 failed");
  }

  @Test
  void faultOfTheEngineIsToldToTheObserverAlone() {
    var seen = new ArrayList<String>();
    var observer =
        new ReviewObserver.Some() {
          @Override
          public void reviewFailed(ReviewIdentity review, String what, Throwable cause) {
            seen.add(review.endpoint().webhook() + " " + what + " " + cause.getMessage());
          }

          @Override
          public void ruleReturned(ReviewIdentity review, String rule, long nanos) {
            throw new IllegalStateException("a fault");
          }
        };

    ReviewAnswer answer =
        answer(handler(Phase.MUTATING, context -> Decision.allow()), POD, observer);

    assertThat(answer.status()).isEqualTo(500);
    assertThat(text(answer)).isEqualTo("internal error");
    assertThat(seen)
        .containsExactly(WEBHOOK + " 13c7d3d0-9a72-4612-af92-f0d53abf37b9 of Pod shop/web a fault");
  }

  @Test
  void passedDeadlineIsTheApiServersWords() {
    ReviewAnswer answer =
        ReviewFixtures.review(
                mutating(context -> Decision.allow()), POD, Deadline.after(Duration.ofSeconds(-1)))
            .answerHere(ReviewObserver.NONE);

    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.contentType()).isEqualTo("text/plain;charset=utf-8");
    assertThat(text(answer))
        .isEqualTo("POST /mutate/fixtures.example.com: context deadline exceeded in rule rule-0");
  }

  @Test
  void observerIsToldOfEachOutcome() {
    var seen = new ArrayList<String>();
    var observer =
        new ReviewObserver.Some() {
          @Override
          public void reviewFinished(FinishedReview review) {
            seen.add(
                String.join(
                    " ",
                    List.of(
                        review.webhook(),
                        review.review().endpoint().phase().verb(),
                        ((AdmissionRequest) review.request()).describe(),
                        review.outcome().name(),
                        String.valueOf(review.rule()),
                        String.valueOf(review.message()),
                        String.valueOf(review.patchOperations()),
                        review.answerBytes() > 0 ? "with an answer" : "without")));
          }

          @Override
          public void reviewRejected(Endpoint endpoint, int status) {
            seen.add(endpoint.webhook() + " " + status);
          }

          @Override
          public void ruleFailed(
              ReviewIdentity review, String rule, String what, boolean skipped, Throwable cause) {
            seen.add(rule + " " + cause.getMessage());
          }
        };

    answer(handler(Phase.MUTATING, ADD_TEAM), POD, observer);
    answer(handler(Phase.VALIDATING, context -> Decision.allow()), POD, observer);
    answer(handler(Phase.VALIDATING, context -> Decision.deny("no")), POD, observer);
    answer(
        handler(
            Phase.MUTATING,
            context -> {
              throw new IllegalStateException("password=hunter2");
            }),
        POD,
        observer);
    answer(handler(Phase.MUTATING, ADD_TEAM), new byte[0], observer);

    assertThat(seen)
        .containsExactly(
            WEBHOOK + " mutate Pod shop/web PATCHED null null 1 with an answer",
            WEBHOOK + " validate Pod shop/web ALLOWED null null 0 with an answer",
            WEBHOOK + " validate Pod shop/web DENIED rule-0 no 0 with an answer",
            "rule-0 password=hunter2",
            WEBHOOK + " mutate Pod shop/web FAILED rule-0 rule rule-0 failed 0 without",
            WEBHOOK + " 400");
  }

  private static void assertFailed(Rule rule) {
    ReviewAnswer answer = answer(mutating(rule), POD);

    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.contentType()).isEqualTo("text/plain;charset=utf-8");
    assertThat(text(answer)).isEqualTo("rule rule-0 failed");
  }

  private static JsonNode tree(String json) {
    return ReviewFixtures.json(json.getBytes(UTF_8));
  }

  private static String text(ReviewAnswer answer) {
    return new String(answer.body(), UTF_8);
  }
}
