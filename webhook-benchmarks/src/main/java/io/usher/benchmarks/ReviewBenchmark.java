package io.usher.benchmarks;

import static java.util.concurrent.TimeUnit.MICROSECONDS;

import io.usher.benchmarks.rules.TreeRule;
import io.usher.benchmarks.rules.TypedRule;
import io.usher.benchmarks.rules.UntouchingRule;
import io.usher.engine.Deadline;
import io.usher.engine.Review;
import io.usher.engine.ReviewAnswer;
import io.usher.engine.ReviewLimits;
import io.usher.engine.admission.AdmissionHandler;
import io.usher.observe.ReviewObserver;
import io.usher.rule.Phase;
import io.usher.webhook.WebhookRegistration;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One review, bytes to bytes on one thread. Run with {@code -prof gc} for what it allocates. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class ReviewBenchmark {

  /** The request. */
  @Param({"KB_6", "KB_60"})
  public String size = "KB_6";

  private byte[] body;
  private AdmissionHandler tree;
  private AdmissionHandler typed;
  private AdmissionHandler untouching;

  /** Makes the handlers, and makes sure that each of them does its work. */
  @Setup
  public void prepare() throws IOException {
    body = Body.valueOf(size).bytes();
    tree = handler(TreeRule.class);
    typed = handler(TypedRule.class);
    untouching = handler(UntouchingRule.class);
    Answers.requireMarked(tree().body());
    Answers.requireMarked(typed().body());
    Answers.requireAllowed(untouching().body());
    Answers.requireMarked(walk());
  }

  /** A rule that edits the JSON tree. */
  @Benchmark
  public ReviewAnswer tree() {
    return answer(tree);
  }

  /** A rule that edits fabric8's model. */
  @Benchmark
  public ReviewAnswer typed() {
    return answer(typed);
  }

  /** A rule that looks at the request alone. */
  @Benchmark
  public ReviewAnswer untouching() {
    return answer(untouching);
  }

  /** The baseline. */
  @Benchmark
  public byte[] walk() throws IOException {
    return WalkedReview.answer(body);
  }

  private ReviewAnswer answer(AdmissionHandler handler) {
    return Review.uncounted(handler, "POST /mutate", body, Deadline.after(Duration.ofSeconds(10)))
        .answerHere(ReviewObserver.NONE);
  }

  private static AdmissionHandler handler(Class<?> rule) {
    return new AdmissionHandler(
        WebhookRegistration.fromClasses(List.of(rule)).get(0),
        Phase.MUTATING,
        ReviewLimits.DEFAULT);
  }
}
