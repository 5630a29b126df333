package io.usher.engine.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.AdmissionResponse;
import io.usher.admission.Operation;
import io.usher.engine.Deadline;
import io.usher.engine.Review;
import io.usher.engine.ReviewAnswer;
import io.usher.engine.ReviewLimits;
import io.usher.engine.chain.RuleChain;
import io.usher.observe.Endpoint;
import io.usher.observe.ReviewObserver;
import io.usher.rule.LabelSelector;
import io.usher.rule.OnFailure;
import io.usher.rule.Phase;
import io.usher.rule.ResourceMatch;
import io.usher.rule.Rule;
import io.usher.rule.RuleDefinition;
import io.usher.rule.RuleMatch;
import io.usher.rule.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * Requests as kube-apiserver 1.36 sent them, byte for byte, and the whole answers to them.
 *
 * <p>An answer's file holds the patch as JSON; on the wire it is base64.
 */
final class ReviewFixtures {

  static final String WEBHOOK = "fixtures.example.com";

  /** Every number as the text of it, so that a change of one digit is a difference. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .nodeFactory(new JsonNodeFactory(true))
          .build();

  private static final RuleMatch EVERYTHING =
      new RuleMatch(
          Set.of(Operation.values()),
          List.of(new ResourceMatch("*", "*", "*", "*")),
          Scope.ANY,
          List.of(),
          List.of(),
          LabelSelector.EVERYTHING);

  private ReviewFixtures() {}

  /** A captured request. */
  static byte[] request(String name) {
    return read("requests/" + name + ".json");
  }

  /** A captured request in which a text, that must be there, is another. */
  static byte[] request(String name, String text, String other) {
    String captured = new String(request(name), UTF_8);
    assertThat(captured).contains(text);
    return captured.replace(text, other).getBytes(UTF_8);
  }

  static JsonNode json(byte[] bytes) {
    try {
      return MAPPER.readTree(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static AdmissionHandler mutating(Rule... rules) {
    return handler(Phase.MUTATING, rules);
  }

  static AdmissionHandler validating(Rule... rules) {
    return handler(Phase.VALIDATING, rules);
  }

  /** A handler of these rules in this order, named {@code rule-0} and so on. */
  static AdmissionHandler handler(Phase phase, Rule... rules) {
    return handler(phase, ReviewLimits.DEFAULT, rules);
  }

  static AdmissionHandler handler(Phase phase, ReviewLimits limits, Rule... rules) {
    var chain = new ArrayList<RuleDefinition>();
    for (Rule rule : rules) {
      String name = "rule-" + chain.size();
      chain.add(
          new RuleDefinition(
              name, phase, chain.size(), name, EVERYTHING, OnFailure.FAIL_CALL, null, rule));
    }
    return new AdmissionHandler(WEBHOOK, phase, new RuleChain(WEBHOOK, phase, chain), limits);
  }

  static ReviewAnswer answer(AdmissionHandler handler, byte[] body) {
    return answer(handler, body, ReviewObserver.NONE);
  }

  static ReviewAnswer answer(AdmissionHandler handler, byte[] body, ReviewObserver observer) {
    return review(handler, body, Deadline.after(Duration.ofSeconds(30))).answerHere(observer);
  }

  static Review<AdmissionReview, AdmissionResponse> review(
      AdmissionHandler handler, byte[] body, Deadline deadline) {
    Endpoint endpoint = handler.endpoint();
    String line = "POST /" + endpoint.phase().verb() + "/" + endpoint.webhook();
    return Review.uncounted(handler, line, body, deadline);
  }

  /** Asserts that the handler's answer is this file, members in the same order. */
  static void assertAnswer(AdmissionHandler handler, byte[] body, String file) {
    ReviewAnswer answer = answer(handler, body);
    assertThat(new String(answer.body(), UTF_8)).startsWith("{");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.contentType()).isEqualTo("application/json");
    assertThat(answer.retryAfterSeconds()).isZero();
    assertThat(readable(answer).toPrettyString())
        .isEqualTo(json(read("answers/" + file + ".json")).toPrettyString());
  }

  /** The answer with its patch decoded. */
  static JsonNode readable(ReviewAnswer answer) {
    JsonNode review = json(answer.body());
    if (review.path("response").has("patch")) {
      var response = (ObjectNode) review.get("response");
      assertThat(response.get("patch").isTextual()).isTrue();
      response.set("patch", json(Base64.getDecoder().decode(response.get("patch").textValue())));
    }
    return review;
  }

  private static byte[] read(String file) {
    try (InputStream in = ReviewFixtures.class.getResourceAsStream(file)) {
      assertThat(in).as(file).isNotNull();
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
