package io.usher.benchmarks;

import static io.usher.admission.Operation.CREATE;
import static io.usher.webhook.RuleTarget.on;
import static java.util.concurrent.TimeUnit.MICROSECONDS;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.usher.benchmarks.ViewOfPods.ByAddress;
import io.usher.cluster.Lister;
import io.usher.engine.Deadline;
import io.usher.engine.GivenUpRules;
import io.usher.engine.Review;
import io.usher.engine.ReviewAnswer;
import io.usher.engine.ReviewLimits;
import io.usher.engine.admission.AdmissionHandler;
import io.usher.observe.ReviewObserver;
import io.usher.rule.Phase;
import io.usher.view.Snapshot;
import io.usher.webhook.ReadTarget;
import io.usher.webhook.WebhookBuilder.Edit;
import io.usher.webhook.WebhookRegistration;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Reads of a view of 100,000 Pods, on one thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(value = 1, jvmArgs = "-Xmx1g")
public class ViewBenchmark {

  private Lister<Pod> pods;
  private byte[] body;
  private AdmissionHandler reading;
  private AdmissionHandler readingNothing;
  private int next;

  /** Makes the view and the handlers. */
  @Setup
  @SuppressWarnings("unchecked") // the read is of Pods
  public void prepare() throws IOException {
    Snapshot snapshot = ViewOfPods.snapshot();
    pods = (Lister<Pod>) snapshot.lister(ViewOfPods.READ, Duration.ZERO);
    body = Body.KB_6.bytes();
    reading =
        handler(
            snapshot,
            (pod, context) -> {
              List<Pod> found =
                  context.cluster().lister(Pod.class).byIndex(ByAddress.class, nextAddress());
              if (found.size() != 1) {
                throw new IllegalStateException(found.size() + " Pods have an address");
              }
              mark(pod);
            });
    readingNothing = handler(snapshot, (pod, context) -> mark(pod));
    Answers.requireMarked(reviewThatReads().body());
    Answers.requireMarked(reviewThatReadsNothing().body());
    if (pods.list().size() != ViewOfPods.PODS) {
      throw new IllegalStateException("the view is not whole");
    }
  }

  private static void mark(ObjectNode pod) {
    ObjectNode metadata = pod.withObjectProperty("metadata");
    metadata.withObjectProperty("labels").put("usher.io/marked", "true");
    metadata.withObjectProperty("annotations").put("usher.io/marked-by", "tree");
  }

  private String nextAddress() {
    next = (next + 7_919) % ViewOfPods.PODS;
    return ViewOfPods.address(next);
  }

  private static AdmissionHandler handler(Snapshot snapshot, Edit<ObjectNode> edit) {
    WebhookRegistration webhook =
        WebhookRegistration.named("view.example.com")
            .reads(
                ReadTarget.of(Pod.class)
                    .index(ByAddress.class)
                    .fields("spec.nodeName", "status.podIP"))
            .editing("edit", on(ObjectNode.class, CREATE).resource("pods"), edit)
            .build();
    return new AdmissionHandler(
        webhook,
        Phase.MUTATING,
        ReviewLimits.DEFAULT,
        GivenUpRules.NONE,
        read -> snapshot.lister(read, Duration.ZERO));
  }

  /** By an address. The key costs as much to make as a look-up: it is the baseline. */
  @Benchmark
  public List<Pod> byIndex() {
    return pods.byIndex(ByAddress.class, nextAddress());
  }

  /** By an address, and looked at. */
  @Benchmark
  public Pod byIndexDecoded() {
    return pods.byIndex(ByAddress.class, nextAddress()).get(0);
  }

  /** What making a key costs. */
  @Benchmark
  public String keyAlone() {
    return nextAddress();
  }

  /** By a name that is not there. */
  @Benchmark
  public Optional<Pod> byName() {
    return pods.get("team-7", "none");
  }

  /** Of a Pod of 6 KB, by a rule that looks up an address and edits the tree. */
  @Benchmark
  public ReviewAnswer reviewThatReads() {
    return answer(reading);
  }

  /** The same without the look-up. */
  @Benchmark
  public ReviewAnswer reviewThatReadsNothing() {
    return answer(readingNothing);
  }

  private ReviewAnswer answer(AdmissionHandler handler) {
    return Review.uncounted(handler, "POST /mutate", body, Deadline.after(Duration.ofSeconds(10)))
        .answerHere(ReviewObserver.NONE);
  }
}
