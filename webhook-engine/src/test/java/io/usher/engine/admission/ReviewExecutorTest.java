package io.usher.engine.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.usher.admission.Operation;
import io.usher.engine.Deadline;
import io.usher.engine.MemoryBudget;
import io.usher.engine.Review;
import io.usher.engine.ReviewAnswer;
import io.usher.engine.ReviewExecutor;
import io.usher.engine.ReviewLimits;
import io.usher.engine.chain.RuleChain;
import io.usher.observe.Caller;
import io.usher.observe.FinishedReview;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import io.usher.rule.Decision;
import io.usher.rule.LabelSelector;
import io.usher.rule.OnFailure;
import io.usher.rule.Phase;
import io.usher.rule.ResourceMatch;
import io.usher.rule.Rule;
import io.usher.rule.RuleContext;
import io.usher.rule.RuleDefinition;
import io.usher.rule.RuleMatch;
import io.usher.rule.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReviewExecutorTest {

  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(100);

  private static final String REVIEW =
      """
      {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u-1",
      "kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},
      "name":"web","namespace":"shop","operation":"CREATE","userInfo":{"username":"jane"},
      "object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"}},"oldObject":null}}""";

  private final Events events = new Events();
  private final MemoryBudget memory = new MemoryBudget(8_000_000);
  private final CountDownLatch hang = new CountDownLatch(1);
  private @Nullable ReviewExecutor executor;

  @AfterEach
  void stop() {
    hang.countDown();
    if (executor != null) {
      executor.close();
    }
  }

  @Test
  void answersAndGivesTheMemoryBack() throws Exception {
    executor = executor(2, 8, 4);

    ReviewAnswer answer = submit(handler(rule("ok", c -> Decision.allow())), LONG).get();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(text(answer)).contains("\"uid\":\"u-1\"").contains("\"allowed\":true");
    assertThat(executor.awaitIdle(LONG)).isTrue();
    await(() -> memory.used() == 0);
    events.expect("finished ALLOWED null");
  }

  @Test
  void anotherThreadAnswersForARuleOverBudget() throws Exception {
    executor = executor(1, 8, 4);
    var handler = handler(rule("Slow.hangs", c -> hang()));

    ReviewAnswer answer = submit(handler, SHORT).get();

    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.contentType()).startsWith("text/plain");
    assertThat(text(answer))
        .isEqualTo("POST /mutate/w?timeout=1s: context deadline exceeded in rule Slow.hangs");
    assertThat(executor.hungThreads()).isOne();
    events.expect("hung Slow.hangs 1", "failed Slow.hangs false", "finished FAILED Slow.hangs");
  }

  @Test
  void hungThreadTakesNoSlotFromOthers() throws Exception {
    executor = executor(1, 8, 4);
    submit(handler(rule("hangs", c -> hang())), SHORT).get();

    ReviewAnswer answer = submit(handler(rule("ok", c -> Decision.allow())), LONG).get();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(executor.hungThreads()).isOne();
    hang.countDown();
    await(() -> executor.hungThreads() == 0);
    await(() -> memory.used() == 0);
    assertThat(submit(handler(rule("ok", c -> Decision.allow())), LONG).get().status())
        .isEqualTo(200);
  }

  @Test
  void interruptOfAGivenUpRuleReachesNobodyElse() throws Exception {
    executor = executor(1, 8, 4);
    submit(
            handler(
                rule(
                    "sleeps",
                    c -> {
                      Thread.sleep(LONG.toMillis());
                      return Decision.allow();
                    })),
            SHORT)
        .get();
    await(() -> executor.hungThreads() == 0);

    var interrupted = new ArrayList<Boolean>();
    for (int i = 0; i < 4; i++) {
      submit(
              handler(
                  rule(
                      "ok",
                      c -> {
                        interrupted.add(Thread.currentThread().isInterrupted());
                        return Decision.allow();
                      })),
              LONG)
          .get();
    }

    assertThat(interrupted).containsOnly(false).hasSize(4);
  }

  @Test
  void skippableRuleThatHangsIsSkippedInTime() throws Exception {
    executor = executor(1, 8, 4);
    var handler =
        handler(
            rule("hangs", OnFailure.SKIP_RULE, c -> hang()),
            rule(
                "next",
                c -> {
                  c.warn("reached");
                  return Decision.allow();
                }));

    ReviewAnswer answer = submit(handler, Duration.ofSeconds(2)).get();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(text(answer)).contains("\"rule hangs failed and was skipped\",\"reached\"");
    assertThat(memory.used()).isPositive();
    hang.countDown();
    await(() -> memory.used() == 0);
  }

  @Test
  void ruleThatHungTwiceIsNotTriedUntilItsThreadsComeBack() throws Exception {
    executor = executor(2, 8, 4);
    var handler = handler(rule("hangs", c -> hang()));
    submit(handler, SHORT).get();
    submit(handler, SHORT).get();

    // Until then the threads may only be slow, and each try hangs another one.
    ReviewAnswer refused =
        Awaitility.await()
            .atMost(LONG)
            .until(
                () -> submit(handler, SHORT).get(),
                answer -> text(answer).startsWith("rule hangs is not tried"));

    assertThat(refused.status()).isEqualTo(500);
    assertThat(text(refused)).isEqualTo("rule hangs is not tried for now, as it hung");
    hang.countDown();
    await(() -> executor.hungThreads() == 0);
    assertThat(submit(handler, LONG).get().status()).isEqualTo(200);
  }

  @Test
  void tooManyHungThreadsAreFatal() throws Exception {
    executor = executor(1, 8, 1);
    submit(handler(rule("a", c -> hang())), SHORT).get();
    assertThat(events.sawFatal()).isFalse();
    submit(handler(rule("b", c -> hang())), SHORT).get();

    events.expect(
        "hung a 1",
        "failed a false",
        "finished FAILED a",
        "hung b 1",
        "failed b false",
        "fatal more than 1 threads hang in rules");
  }

  @Test
  void outOfMemoryIsFatalAndAnswered() throws Exception {
    executor = executor(1, 8, 1);

    ReviewAnswer answer =
        submit(
                handler(
                    rule(
                        "big",
                        c -> {
                          throw new OutOfMemoryError("for the test");
                        })),
                LONG)
            .get();

    assertThat(answer.status()).isEqualTo(500);
    assertThat(text(answer)).isEqualTo("out of memory");
    events.expect("fatal out of memory");
  }

  @Test
  void arrayOrTextThatIsTooLongForAnyJvmIsAFailureOfItsRule() throws Exception {
    executor = executor(1, 8, 1);
    var rules =
        handler(
            rule("array", OnFailure.SKIP_RULE, c -> Decision.deny("" + new byte[tooLong()].length)),
            rule("string", OnFailure.SKIP_RULE, c -> Decision.deny("ab".repeat(1 << 30))),
            rule("table", c -> Decision.deny("" + new Object[tooLong()].length)));

    ReviewAnswer answer = submit(rules, LONG).get();

    assertThat(text(answer)).isEqualTo("rule table failed");
    events.expect("failed array true", "failed string true", "failed table false");
    events.expect("finished FAILED table");
    assertThat(events.sawFatal()).isFalse();
  }

  /** Not a constant: a compiler must not see it. */
  private static int tooLong() {
    return Integer.MAX_VALUE;
  }

  @Test
  void ruleThatRecursesEndlesslyIntoTheEngineLeavesItWhole() throws Exception {
    executor = executor(2, 1000, 1);
    var good = handler(rule("ok", c -> Decision.allow()));
    var bad = handler(rule("deep", ReviewExecutorTest::recurse));
    var failed = new ArrayList<CompletableFuture<ReviewAnswer>>();
    var answered = new ArrayList<CompletableFuture<ReviewAnswer>>();

    for (int i = 0; i < 20; i++) {
      failed.add(submit(bad, LONG));
      answered.add(submit(good, LONG));
    }

    for (var answer : failed) {
      assertThat(text(answer.get())).isEqualTo("rule deep failed");
    }
    for (var answer : answered) {
      assertThat(answer.get().status()).isEqualTo(200);
    }
    await(() -> memory.used() == 0 && executor.inFlight() == 0);
    assertThat(executor.hungThreads()).isZero();
    assertThat(events.sawFatal()).isFalse();
  }

  /** Calls whatever of the engine a rule can reach, so that the stack ends in any of it. */
  private static Decision recurse(RuleContext context) {
    context.warn("deeper");
    context.audit("deeper", "yes");
    context.remaining();
    context.object(ObjectNode.class).withObject("/metadata/labels").put("a", "b");
    context.request().object().path("metadata").path("name").asText();
    return recurse(context);
  }

  @Test
  void observerThatFailsWhenARuleBeginsFailsTheCallAlone() throws Exception {
    var broken = new AtomicBoolean(true);
    executor =
        new ReviewExecutor(
            new ReviewExecutor.Settings(1, 8, 1, 100),
            new ReviewObserver.Some() {
              @Override
              public void ruleBegan(ReviewIdentity review, String rule) {
                if (broken.getAndSet(false)) {
                  throw new IllegalStateException("for the test");
                }
              }
            });
    var handler = handler(rule("ok", c -> Decision.allow()));

    assertThat(submit(handler, LONG).get().status()).isEqualTo(500);
    assertThat(submit(handler, LONG).get().status()).isEqualTo(200);
    await(() -> memory.used() == 0 && executor.inFlight() == 0);
  }

  @Test
  void shedsWhatTheQueueDoesNotHold() throws Exception {
    executor = executor(1, 2, 4);
    var handler = handler(rule("waits", c -> hang()));
    var answers = new ArrayList<CompletableFuture<ReviewAnswer>>();
    for (int i = 0; i < 4; i++) {
      answers.add(submit(handler, LONG));
      await(() -> executor.inFlight() == 1 || executor.queued() > 0);
    }

    ReviewAnswer shed = answers.get(3).get();
    assertThat(shed.status()).isEqualTo(429);
    assertThat(shed.retryAfterSeconds()).isBetween(1, 3);
    assertThat(text(shed)).contains("\"reason\":\"TooManyRequests\"");
    assertThat(executor.queued()).isEqualTo(2);
    hang.countDown();
    for (int i = 0; i < 3; i++) {
      assertThat(answers.get(i).get().status()).isEqualTo(200);
    }
    await(() -> memory.used() == 0);
  }

  @Test
  void whatWaitsTooLongIsAnsweredAndLeavesTheQueue() throws Exception {
    executor = executor(1, 2, 4);
    var first = submit(handler(rule("waits", c -> hang())), LONG);
    var second = submit(handler(rule("ok", c -> Decision.allow())), SHORT);

    assertThat(text(second.get()))
        .isEqualTo("POST /mutate/w?timeout=1s: context deadline exceeded");
    await(() -> executor.queued() == 0);
    hang.countDown();
    assertThat(first.get().status()).isEqualTo(200);
    await(() -> memory.used() == 0);
  }

  @Test
  void treeThatFindsNoRoomIsTriedAgainLater() throws Exception {
    executor = executor(1, 8, 4);
    var others = memory.tryReserve(memory.limit() - REVIEW.length() - 100).orElseThrow();
    var handler = handler(rule("ok", c -> Decision.allow()));

    assertThat(submit(handler, LONG).get().status()).isEqualTo(429);
    others.close();
    assertThat(submit(handler, LONG).get().status()).isEqualTo(200);
  }

  @Test
  void treeThatNeverFitsIsTooLarge() throws Exception {
    executor = new ReviewExecutor(new ReviewExecutor.Settings(1, 8, 4, 100_000), events);

    ReviewAnswer answer = submit(handler(rule("ok", c -> Decision.allow())), LONG).get();

    assertThat(answer.status()).isEqualTo(413);
    assertThat(text(answer)).contains("of 8000000 for all reviews");
    await(() -> memory.used() == 0);
  }

  @Test
  void brokenBodyIsRefused() throws Exception {
    executor = executor(1, 8, 4);
    var handler = handler(rule("ok", c -> Decision.allow()));

    assertThat(submit(handler, LONG, "{").get().status()).isEqualTo(400);
    await(() -> memory.used() == 0);
  }

  @Test
  void manyAtOnceAreEachAnsweredOnce() throws Exception {
    executor = executor(4, 1000, 4);
    var calls = new AtomicInteger();
    var handler =
        handler(
            rule("ok", c -> Decision.allow()),
            rule(
                "sometimes",
                OnFailure.SKIP_RULE,
                c -> {
                  if (calls.incrementAndGet() % 50 == 0) {
                    throw new IllegalStateException();
                  }
                  return Decision.allow();
                }));
    var answers = new ArrayList<CompletableFuture<ReviewAnswer>>();
    for (int i = 0; i < 2000; i++) {
      answers.add(submit(handler, LONG));
    }

    for (var answer : answers) {
      assertThat(answer.get().status()).isIn(200, 429);
    }
    assertThat(executor.awaitIdle(LONG)).isTrue();
    await(() -> memory.used() == 0);
  }

  private Decision hang() {
    while (hang.getCount() > 0) {
      try {
        hang.await();
      } catch (InterruptedException e) {
        // A rule that hangs does not care.
      }
    }
    return Decision.allow();
  }

  private ReviewExecutor executor(int slots, int queuePerSlot, int maxHung) {
    return new ReviewExecutor(
        new ReviewExecutor.Settings(slots, queuePerSlot, maxHung, 100), events);
  }

  private AdmissionHandler handler(RuleDefinition... rules) {
    return new AdmissionHandler(
        "w",
        Phase.MUTATING,
        new RuleChain("w", Phase.MUTATING, Arrays.asList(rules)),
        ReviewLimits.DEFAULT);
  }

  private static RuleDefinition rule(String name, Rule rule) {
    return rule(name, OnFailure.FAIL_CALL, rule);
  }

  private static RuleDefinition rule(String name, OnFailure onFailure, Rule rule) {
    var match =
        new RuleMatch(
            Set.of(Operation.CREATE),
            List.of(new ResourceMatch("", "v1", "pods", "")),
            Scope.ANY,
            List.of(),
            List.of(),
            LabelSelector.EVERYTHING);
    return new RuleDefinition(name, Phase.MUTATING, 0, name, match, onFailure, null, rule);
  }

  private CompletableFuture<ReviewAnswer> submit(AdmissionHandler handler, Duration budget) {
    return submit(handler, budget, REVIEW);
  }

  private CompletableFuture<ReviewAnswer> submit(
      AdmissionHandler handler, Duration budget, String body) {
    byte[] bytes = body.getBytes(UTF_8);
    var lease = memory.tryReserve(bytes.length).orElseThrow();
    var answer = new CompletableFuture<ReviewAnswer>();
    executor.submit(
        new Review<>(
            handler,
            "POST /mutate/w?timeout=1s",
            Caller.ANYONE,
            bytes,
            Deadline.after(budget),
            lease),
        given -> assertThat(answer.complete(given)).isTrue());
    return answer.orTimeout(60, TimeUnit.SECONDS);
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await().atMost(LONG).pollInterval(Duration.ofMillis(1)).until(condition);
  }

  private static String text(ReviewAnswer answer) {
    return new String(answer.body(), UTF_8);
  }

  private static final class Events implements ReviewObserver.Some {
    private final BlockingQueue<String> queue = new LinkedBlockingQueue<>();

    /** Takes the next events, as many as these. */
    void expect(String... expected) throws InterruptedException {
      for (String event : expected) {
        assertThat(queue.poll(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo(event);
      }
    }

    boolean sawFatal() {
      return queue.stream().anyMatch(event -> event.startsWith("fatal"));
    }

    @Override
    public void ruleFailed(
        ReviewIdentity review, String rule, String what, boolean skipped, Throwable cause) {
      queue.add("failed " + rule + " " + skipped);
    }

    @Override
    public void ruleHung(ReviewIdentity review, String rule, int threads, Thread thread) {
      queue.add("hung " + rule + " " + threads);
    }

    @Override
    public void reviewFinished(FinishedReview review) {
      queue.add("finished " + review.outcome() + " " + review.rule());
    }

    @Override
    public void fatal(String what, @Nullable Throwable cause) {
      queue.add("fatal " + what);
    }
  }
}
