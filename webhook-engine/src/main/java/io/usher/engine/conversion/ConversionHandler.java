package io.usher.engine.conversion;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.usher.conversion.ConversionRequest;
import io.usher.conversion.GroupKind;
import io.usher.conversion.VersionGraph;
import io.usher.engine.Deadline;
import io.usher.engine.Evaluation;
import io.usher.engine.GivenUpRules;
import io.usher.engine.ProtocolException;
import io.usher.engine.ReviewAnswer;
import io.usher.engine.ReviewJson;
import io.usher.engine.ReviewKind;
import io.usher.engine.ReviewLimits;
import io.usher.engine.ReviewMemory;
import io.usher.observe.Endpoint;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import io.usher.observe.ReviewOutcome;
import io.usher.rule.ConversionDefinition;
import io.usher.webhook.WebhookRegistration;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Converts the objects of ConversionReviews by one webhook's conversions. Thread-safe.
 *
 * <p>All objects of a review are converted, or none: an answer of status {@code Failed} names the
 * first that can't be.
 */
public final class ConversionHandler implements ReviewKind<ConversionReview, ConversionAnswer> {

  /**
   * A page of a list is one review: 64 MiB, 5,000,000 values. No string is longer than what a
   * client may send, 3 MiB.
   */
  public static final ReviewLimits LIMITS =
      new ReviewLimits(64 << 20, 5_000_000, 500, 3 << 20, 1_000);

  private static final JsonFactory SMALL = new JsonFactory();

  private final Endpoint endpoint;
  private final ReviewLimits limits;
  private final GivenUpRules givenUpRules;
  private final ReviewJson json;
  private final Map<GroupKind, VersionGraph<ConvertingRule>> graphs = new LinkedHashMap<>();

  /**
   * A handler of one webhook's conversions.
   *
   * @param givenUpRules ends conversions that go on after they were given up
   */
  public ConversionHandler(
      WebhookRegistration webhook, ReviewLimits limits, GivenUpRules givenUpRules) {
    this.endpoint = new Endpoint("conversion", webhook.name(), null);
    this.limits = limits;
    this.givenUpRules = givenUpRules;
    this.json = new ReviewJson("apiextensions.k8s.io", "ConversionReview", limits);
    var steps = new LinkedHashMap<GroupKind, List<VersionGraph.Step<ConvertingRule>>>();
    for (ConversionDefinition each : webhook.conversions()) {
      steps
          .computeIfAbsent(each.kind(), kind -> new ArrayList<>())
          .add(new VersionGraph.Step<>(each.from(), each.to(), new ConvertingRule(each)));
    }
    steps.forEach((kind, ofKind) -> graphs.put(kind, new VersionGraph<>(ofKind)));
  }

  @Override
  public Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public ConversionReview decode(byte[] body, ReviewMemory memory) throws ProtocolException {
    long before = memory.taken();
    return json.read(
        body,
        Math.min(body.length, limits.maxStringLength()),
        memory,
        (walk, parser) -> new ConversionReader(walk, parser, body, memory, before));
  }

  @Override
  public Object subject(ConversionReview review) {
    return review.request();
  }

  @Override
  public String describe(ConversionReview review) {
    ConversionRequest request = review.request();
    return request.uid()
        + " of "
        + request.objects()
        + " objects to "
        + request.desiredApiVersion();
  }

  @Override
  public Evaluation<ConversionAnswer> evaluate(
      ConversionReview review,
      ReviewIdentity identity,
      Deadline deadline,
      ReviewObserver observer) {
    return new ConversionRun(json, graphs, review, identity, deadline, observer, givenUpRules);
  }

  /** What was written while the objects were converted. */
  @Override
  public byte[] encode(ConversionReview review, ConversionAnswer answer, ReviewMemory memory)
      throws ProtocolException {
    ProtocolException refusal = answer.refusal();
    if (refusal != null) {
      throw refusal;
    }
    return Objects.requireNonNull(answer.encoded());
  }

  @Override
  public Verdict verdict(ConversionAnswer answer) {
    return new Verdict(
        answer.failure() == null ? ReviewOutcome.ALLOWED : ReviewOutcome.FAILED,
        answer.failure(),
        null);
  }

  /** There is no failure policy: the API server tells its client the message. */
  @Override
  public ReviewAnswer failed(@Nullable ConversionReview review, String message) {
    return review == null
        ? ReviewAnswer.failed(message)
        : ReviewAnswer.decided(failure(review, message));
  }

  /** The answer that no object is converted. */
  static byte[] failure(ConversionReview review, String message) {
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator answer = SMALL.createGenerator(bytes)) {
      begin(answer, review);
      answer.writeObjectFieldStart("result");
      answer.writeStringField("status", "Failed");
      answer.writeStringField("message", message);
      answer.writeEndObject();
      answer.writeEndObject();
      answer.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Writes what every answer begins with; whoever goes on closes two objects. */
  static void begin(JsonGenerator answer, ConversionReview review) throws IOException {
    answer.writeStartObject();
    answer.writeStringField("kind", "ConversionReview");
    answer.writeStringField("apiVersion", review.apiVersion());
    answer.writeObjectFieldStart("response");
    answer.writeStringField("uid", review.request().uid());
  }
}
