package io.usher.engine.chain;

import static io.usher.engine.chain.Chains.REVIEW;
import static io.usher.engine.chain.Chains.chain;
import static io.usher.engine.chain.Chains.label;
import static io.usher.engine.chain.Chains.patch;
import static io.usher.engine.chain.Requests.POD;
import static io.usher.engine.chain.Requests.create;
import static io.usher.engine.chain.Requests.mutating;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodOfAHook;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.usher.admission.AdmissionResponse;
import io.usher.engine.Circuit;
import io.usher.engine.ClusterViews;
import io.usher.engine.Deadline;
import io.usher.engine.Evaluation;
import io.usher.engine.GivenUpRules;
import io.usher.engine.RuleFailedException;
import io.usher.observe.Endpoint;
import io.usher.observe.ReviewIdentity;
import io.usher.observe.ReviewObserver;
import io.usher.rule.Decision;
import io.usher.rule.OnFailure;
import io.usher.rule.Phase;
import io.usher.rule.RuleDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules that take longer than they may. */
class LateRuleTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void resultThatComesTooLateIsNone() {
    var now = new AtomicLong();
    var chain =
        chain(
            mutating(
                "slow",
                1,
                c -> {
                  label(c, "x", "y");
                  now.addAndGet(SECOND.toNanos());
                  assertThat(c.remaining()).isZero();
                  return Decision.allow();
                }));
    var evaluation =
        chain.evaluate(create(POD), REVIEW, Deadline.after(SECOND, now::get), ReviewObserver.NONE);

    assertThatThrownBy(evaluation::run)
        .isInstanceOfSatisfying(
            RuleFailedException.class, e -> assertThat(e.deadlinePassed()).isTrue())
        .hasMessage("context deadline exceeded in rule slow");
  }

  @Test
  void ruleThatHangsIsGivenUpAndTheChainGoesOnBehindIt() throws Exception {
    var now = new AtomicLong();
    var hangs = new CountDownLatch(1);
    var edited = new CountDownLatch(1);
    var events = new ArrayList<String>();
    var chain =
        chain(
            mutating("first", 1, c -> label(c, "first", "1")),
            mutating(
                "hangs",
                2,
                OnFailure.SKIP_RULE,
                ObjectNode.class,
                c -> {
                  label(c, "half", "1");
                  edited.countDown();
                  awaitUninterruptibly(hangs);
                  label(c, "late", "1");
                  return Decision.allow();
                }),
            mutating("last", 3, c -> label(c, "last", "1")));
    var evaluation =
        chain.evaluate(
            create(POD),
            REVIEW,
            Deadline.after(Duration.ofSeconds(4), now::get),
            new ReviewObserver.Some() {
              @Override
              public void ruleHung(ReviewIdentity review, String rule, int threads, Thread thread) {
                events.add("hung " + rule + " " + threads);
              }

              @Override
              public void ruleReleased(ReviewIdentity review, String rule, int threads) {
                events.add("released " + rule + " " + threads);
              }
            });
    var results = new AdmissionResponse[1];
    var worker = new Thread(() -> results[0] = evaluation.run());
    worker.start();
    edited.await();
    assertThat(evaluation.giveUpOverdueRule()).isNull();
    // A rule that may be skipped has half of the time.
    now.addAndGet(Duration.ofSeconds(2).toNanos());
    Evaluation.GivenUp givenUp = evaluation.giveUpOverdueRule();

    var response = evaluation.run();
    hangs.countDown();
    worker.join();

    assertThat(givenUp).isEqualTo(new Evaluation.GivenUp("hangs", true));
    assertThat(patch(response))
        .isEqualTo(
            "[{'op':'add','path':'/metadata/labels/first','value':'1'},"
                + "{'op':'add','path':'/metadata/labels/last','value':'1'}]");
    assertThat(results[0]).isNull();
    assertThat(events).containsExactly("hung hangs 1", "released hangs 0");
  }

  @Test
  @Timeout(30)
  void codeOfAnObjectsClassIsGivenUpWithItsRule() throws Exception {
    var now = new AtomicLong();
    var hanging = new CompletableFuture<CountDownLatch>();
    var chain =
        chain(
            mutating(
                "hangs",
                1,
                OnFailure.SKIP_RULE,
                Hanging.class,
                c -> {
                  c.object(Hanging.class).latch = new CountDownLatch(1);
                  hanging.complete(c.object(Hanging.class).latch);
                  return Decision.allow();
                }),
            mutating("last", 2, c -> label(c, "last", "1")));
    var evaluation =
        chain.evaluate(create(POD), REVIEW, Deadline.after(SECOND, now::get), ReviewObserver.NONE);
    var worker = new Thread(evaluation::run);
    worker.start();
    CountDownLatch latch = hanging.get();
    // A rule that may be skipped has half of the time.
    now.addAndGet(SECOND.dividedBy(2).toNanos());
    assertThat(evaluation.giveUpOverdueRule()).isNotNull();

    assertThat(patch(evaluation.run()))
        .isEqualTo("[{'op':'add','path':'/metadata/labels/last','value':'1'}]");
    latch.countDown();
    worker.join();
  }

  @Test
  void ruleIsNotTriedWhileTwoThreadsHangInIt() throws Exception {
    var now = new AtomicLong();
    var hangs = new CountDownLatch(1);
    var inside = new Semaphore(0);
    RuleDefinition rule =
        mutating(
            "hangs",
            1,
            c -> {
              inside.release();
              awaitUninterruptibly(hangs);
              return Decision.allow();
            });
    var chain =
        new RuleChain(
            "w", Phase.MUTATING, List.of(rule), GivenUpRules.NONE, ClusterViews.NONE, now::get);
    var changes = new ArrayList<Boolean>();
    ReviewObserver observer =
        new ReviewObserver.Some() {
          @Override
          public synchronized void circuitChanged(Endpoint endpoint, String rule, boolean open) {
            changes.add(open);
          }
        };
    Supplier<Evaluation<AdmissionResponse>> review =
        () -> chain.evaluate(create(POD), REVIEW, Deadline.after(SECOND, now::get), observer);
    var workers = new ArrayList<Thread>();
    for (int hung = 0; hung < 2; hung++) {
      var evaluation = review.get();
      var worker = new Thread(evaluation::run);
      worker.start();
      workers.add(worker);
      inside.acquire();
      now.addAndGet(SECOND.toNanos());
      assertThat(evaluation.giveUpOverdueRule()).isEqualTo(new Evaluation.GivenUp("hangs", false));
    }
    assertThat(changes).as("they may only be slow").isEmpty();

    now.addAndGet(Circuit.SLOW_NANOS);

    assertThatThrownBy(() -> review.get().run())
        .isInstanceOf(RuleFailedException.class)
        .hasMessage("rule hangs is not tried for now, as it hung");
    hangs.countDown();
    for (Thread worker : workers) {
      worker.join();
    }
    assertThat(changes).containsExactly(true, false);
    assertThat(review.get().run().allowed()).isTrue();
  }

  /** An object of 100,000 names takes its time, whatever the rule does. */
  @Test
  void serversOwnWorkOnAnObjectOpensNoCircuit() throws Exception {
    var now = new AtomicLong();
    var hung = new ArrayList<String>();
    RuleDefinition rule = mutating("typed", 1, c -> edit(c.object(PodOfAHook.class)));
    var chain =
        new RuleChain(
            "w", Phase.MUTATING, List.of(rule), GivenUpRules.NONE, ClusterViews.NONE, now::get);
    ReviewObserver observer =
        new ReviewObserver.Some() {
          @Override
          public void ruleHung(ReviewIdentity review, String rule, int threads, Thread thread) {
            hung.add(rule);
          }

          @Override
          public void circuitChanged(Endpoint endpoint, String rule, boolean open) {
            hung.add("circuit " + open);
          }
        };
    for (String where : List.of("decode", "encode", "decode", "encode")) {
      var evaluation =
          chain.evaluate(create(POD), REVIEW, Deadline.after(SECOND, now::get), observer);
      PodOfAHook.at(
          where,
          () -> {
            now.addAndGet(SECOND.toNanos());
            assertThat(evaluation.giveUpOverdueRule()).isNotNull();
            now.addAndGet(10 * SECOND.toNanos());
            assertThat(hung).as("in the midst of %s", where).isEmpty();
          });
      long before = PodOfAHook.encodings();
      assertThat(evaluation.run()).as("given up").isNull();
      assertThat(hung).as("the rule's own code had no time").containsExactly("typed");
      assertThat(PodOfAHook.encodings() - before)
          .as("what nobody waits for is not encoded")
          .isEqualTo(where.equals("encode") ? 1 : 0);
      hung.clear();
    }
    PodOfAHook.at("", () -> {});
    assertThat(
            chain
                .evaluate(create(POD), REVIEW, Deadline.after(SECOND, now::get), observer)
                .run()
                .allowed())
        .isTrue();
  }

  private static Decision edit(Pod pod) {
    pod.getMetadata().getLabels().put("x", "y");
    return Decision.allow();
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        // An endless loop would not notice it either.
      }
    }
  }

  /** A Pod that keeps whoever makes JSON of it, once a rule has seen it. */
  static final class Hanging extends Pod {

    private static final long serialVersionUID = 1L;

    private transient CountDownLatch latch;

    @Override
    public PodSpec getSpec() {
      if (latch != null) {
        awaitUninterruptibly(latch);
      }
      return super.getSpec();
    }
  }
}
